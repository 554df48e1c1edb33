"""Addresses of contests, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.contests.pages import deciding, reading, running

app_name = "contests"

urlpatterns = [
    path("contests", reading.list_contests, name="contests"),
    path("contests.csv", reading.contests_csv, name="contests_csv"),
    path("contests/new", running.new, name="new"),
    path("contests/<int:contest>", reading.contest, name="contest"),
    path("contests/<int:contest>/edit", running.edit, name="edit"),
    path("contests/<int:contest>/owner", running.owner, name="owner"),
    path("contests/<int:contest>/open", running.open_for_teams, name="open"),
    path("contests/<int:contest>/call-off", running.call_off, name="call_off"),
    path("contests/<int:contest>/prize", running.prize, name="prize"),
    path("contests/<int:contest>/teams", deciding.team, name="team"),
    path("contests/<int:contest>/own", deciding.own, name="own"),
]
