"""Addresses that work without signing in, because they are secrets themselves."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.reminders.pages import unsigned

app_name = "own_reminders"

urlpatterns = [
    path("reminders/leave/<str:token>", unsigned.leave_reminders, name="leave"),
    path("reminders/calendar/<str:secret>.ics", unsigned.calendar, name="calendar"),
]
