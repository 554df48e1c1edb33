"""Addresses that work without signing in, because they are secrets themselves."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.assessments.pages import answering

app_name = "open_assessments"

urlpatterns = [path("asked/<str:token>", answering.answer_by_mail, name="answer")]
