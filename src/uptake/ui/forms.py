"""How ``{{ form }}`` is drawn everywhere: one column, label above, help below, error beside."""

from __future__ import annotations

from django.forms.renderers import TemplatesSetting


class HouseForms(TemplatesSetting):
    """Django's renderer with our templates for forms and fields."""

    form_template_name = "ui/parts/form.html"
    field_template_name = "ui/parts/field.html"
