"""Addresses of behaviours, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.behaviours.pages import builder, own, reading, team

app_name = "behaviours"

BEHAVIOUR = "behaviours/<int:behaviour>"

urlpatterns = [
    path("behaviours", reading.list_behaviours, name="behaviours"),
    path("behaviours.csv", reading.behaviours_csv, name="behaviours_csv"),
    path("behaviours/new", builder.new, name="new"),
    path("behaviours/examples", builder.list_examples, name="examples"),
    path("behaviours/preview", builder.try_out, name="try_out"),
    path(BEHAVIOUR, reading.behaviour, name="behaviour"),
    path(f"{BEHAVIOUR}/edit", builder.edit, name="edit"),
    path(f"{BEHAVIOUR}/live", reading.live, name="live"),
    path(f"{BEHAVIOUR}/end", reading.end, name="end"),
    path("my-week", own.my_week, name="my_week"),
    path("my-week/<int:behaviour>/ask", own.ask, name="ask"),
    path("my-week/<int:behaviour>/stuck", own.stuck, name="stuck"),
    path("my-week/reports/<int:report>/take-back", own.unstuck, name="unstuck"),
    path("team/behaviours", team.team, name="team"),
    path("team/behaviours/names", team.names, name="names"),
    path("team/behaviours/<int:behaviour>/explain", team.explain, name="explain"),
    path("team/behaviours/<int:behaviour>/thank", team.thank, name="thank"),
    path("team/behaviours/<int:behaviour>/follow-up", team.follow_up, name="follow_up"),
    path("behaviours/duties", team.duties, name="duties"),
    path("behaviours/questions", own.questions, name="questions"),
    path("behaviours/questions/<int:question>/answer", own.answer, name="answer"),
]
