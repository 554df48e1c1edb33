"""How ``{{ form }}`` is drawn everywhere: one column, label above, help below, error beside."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from html import escape

from django import forms
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.utils import flatatt
from django.utils.safestring import SafeString, mark_safe


class HouseForms(TemplatesSetting):
    """Django's renderer with our templates for forms and fields."""

    form_template_name = "ui/parts/form.html"
    field_template_name = "ui/parts/field.html"


class LongSelect(forms.Select):
    """A choice among hundreds, drawn at once: a template for each option takes half a second."""

    def render(
        self,
        name: str,
        value: object,
        attrs: Mapping[str, object] | None = None,
        renderer: BaseRenderer | None = None,  # noqa: ARG002  as every widget
    ) -> SafeString:
        """Return the same HTML as a plain select."""
        shown = frozenset(self.format_value(value))
        options = "\n".join(_option(key, label, shown) for key, label in self.choices)
        own = flatatt({"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))})
        return mark_safe(f"<select{own}>{options}</select>")  # noqa: S308 - escaped, each part


def _option(key: object, label: object, shown: Collection[str]) -> str:
    """One choice, or a named group of them."""
    if isinstance(label, list | tuple):
        within = "\n".join(_option(inner, told, shown) for inner, told in label)
        return f'<optgroup label="{escape(str(key))}">{within}</optgroup>'
    chosen = " selected" if str(key) in shown else ""
    return f'<option value="{escape(str(key))}"{chosen}>{escape(str(label))}</option>'
