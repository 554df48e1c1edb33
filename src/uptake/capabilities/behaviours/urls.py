"""Addresses of behaviours, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.behaviours.pages import builder, own, reading

app_name = "behaviours"

BEHAVIOUR = "behaviours/<int:behaviour>"

urlpatterns = [
    path("behaviours", reading.list_behaviours, name="behaviours"),
    path("behaviours.csv", reading.behaviours_csv, name="behaviours_csv"),
    path("behaviours/new", builder.new, name="new"),
    path("behaviours/preview", builder.try_out, name="try_out"),
    path(BEHAVIOUR, reading.behaviour, name="behaviour"),
    path(f"{BEHAVIOUR}/edit", builder.edit, name="edit"),
    path(f"{BEHAVIOUR}/live", reading.live, name="live"),
    path(f"{BEHAVIOUR}/end", reading.end, name="end"),
    path("my-week", own.my_week, name="my_week"),
    path("my-week/<int:behaviour>/ask", own.ask, name="ask"),
    path("my-week/<int:behaviour>/stuck", own.stuck, name="stuck"),
    path("behaviours/questions", own.questions, name="questions"),
    path("behaviours/questions/<int:question>/answer", own.answer, name="answer"),
]
