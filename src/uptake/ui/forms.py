"""How ``{{ form }}`` is drawn everywhere: one column, label above, help below, error beside."""

from __future__ import annotations

from collections.abc import Mapping

from django import forms
from django.forms.renderers import BaseRenderer, TemplatesSetting
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
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
        shown = self.format_value(value)
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (key, mark_safe(" selected") if str(key) in shown else "", label)
                for key, label in self.choices
            ),
        )
        own = flatatt({"name": name, **self.build_attrs(self.attrs, dict(attrs or {}))})
        return format_html("<select{}>{}</select>", own, options)
