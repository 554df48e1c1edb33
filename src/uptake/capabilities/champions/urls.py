"""Addresses of who carries what, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.champions.pages import champions, jobs, own

app_name = "champions"

JOBS = "behaviours/<int:behaviour>/jobs"

urlpatterns = [
    path("who-carries-it", jobs.carriers, name="carriers"),
    path("who-carries-it.csv", jobs.carriers_csv, name="carriers_csv"),
    path(JOBS, jobs.jobs_of, name="jobs_of"),
    path(f"{JOBS}/<int:carrier>/take-off", jobs.take_off_job, name="take_off"),
    path("champions", champions.champions, name="champions"),
    path("champions.csv", champions.champions_csv, name="champions_csv"),
    path("champions/names", champions.names, name="names"),
    path("champions/nominate", champions.nominate, name="nominate"),
    path("champions/<int:champion>/decide", champions.decide, name="decide"),
    path("champions/<int:champion>/end", champions.end, name="end"),
    path("my-part/champions/<int:champion>/answer", own.answer, name="answer"),
    path("my-part", own.own, name="own"),
    path("my-part/jobs/<int:carrier>/decline", own.decline, name="decline"),
]
