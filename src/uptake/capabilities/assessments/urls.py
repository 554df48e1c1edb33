"""Addresses of surveys, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.assessments.pages import answering, leading

app_name = "assessments"

urlpatterns = [
    path("culture", leading.list_surveys, name="surveys"),
    path("culture/new", leading.new, name="new"),
    path("culture/said", answering.own, name="own"),
    path("culture/answers/<int:ask>", answering.answer, name="answer"),
    path("culture/<int:survey>", leading.survey, name="survey"),
    path("culture/<int:survey>.csv", leading.survey_csv, name="survey_csv"),
    path("culture/<int:survey>/questions", leading.questions, name="questions"),
    path("culture/<int:survey>/stop", leading.stop, name="stop"),
    path("culture/<int:survey>/steps", leading.note_step, name="note_step"),
    path("culture/<int:survey>/steps/<int:step>/withdraw", leading.withdraw, name="withdraw"),
]
