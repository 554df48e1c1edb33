"""Addresses of reminders, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.reminders.pages import deciding, own, reading, sent, writing

app_name = "reminders"

REMINDER = "reminders/<int:reminder>"

urlpatterns = [
    path("reminders", reading.list_reminders, name="reminders"),
    path("reminders/new", writing.new, name="new"),
    path("reminders/sent", sent.sent, name="sent"),
    path("reminders/sent/<int:delivery>", sent.settle, name="settle"),
    path("reminders/limits", deciding.limits, name="limits"),
    path("reminders/chat", deciding.chat, name="chat"),
    path("reminders/chat/<int:channel>/try", deciding.try_chat, name="try_chat"),
    path("reminders/chat/<int:channel>/remove", deciding.remove_chat, name="remove_chat"),
    path(REMINDER, reading.reminder, name="reminder"),
    path(f"{REMINDER}/tomorrow", reading.tomorrow, name="tomorrow"),
    path(f"{REMINDER}/edit", writing.edit, name="edit"),
    path(f"{REMINDER}/switch", writing.switch, name="switch"),
    path(f"{REMINDER}/remove", writing.remove, name="remove"),
    path("my-reminders", own.own, name="own"),
    path("my-reminders/read", own.read_notices, name="read"),
    path("my-reminders/calendar", own.calendar, name="calendar"),
]
