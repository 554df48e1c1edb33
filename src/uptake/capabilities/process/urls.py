"""Addresses of processes, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.process.pages import modelling, reading, taking, writing

app_name = "process"

PROCESS = "processes/<int:process>"
VERSION = "processes/versions/<int:version>"

urlpatterns = [
    path("processes", reading.list_processes, name="processes"),
    path("processes.csv", taking.processes_csv, name="processes_csv"),
    path("processes/new", writing.new, name="new"),
    path(PROCESS, reading.process, name="process"),
    path(f"{PROCESS}/map", reading.show_map, name="map"),
    path(f"{PROCESS}/ways", reading.variants, name="variants"),
    path(f"{PROCESS}/deviations", reading.deviations, name="deviations"),
    path(f"{PROCESS}/cases", reading.cases, name="cases"),
    path(f"{PROCESS}/hands", reading.resources, name="resources"),
    path(f"{PROCESS}/handovers", reading.handovers, name="handovers"),
    path(f"{PROCESS}/time", reading.durations, name="durations"),
    path(f"{PROCESS}/before-after", reading.compare, name="compare"),
    path(f"{PROCESS}/progress", writing.progress, name="progress"),
    path(f"{PROCESS}/edit", writing.edit, name="edit"),
    path(f"{PROCESS}/end", writing.end, name="end"),
    path(f"{PROCESS}/remove", writing.remove, name="remove"),
    path(f"{PROCESS}/deliver", writing.deliver, name="deliver"),
    path(f"{PROCESS}/barriers", writing.report_barrier, name="report_barrier"),
    path(f"{PROCESS}/people", writing.people, name="people"),
    path(f"{PROCESS}/model", modelling.model, name="model"),
    path(f"{PROCESS}/model/write", modelling.write, name="write_model"),
    path(f"{PROCESS}/model/try", modelling.try_out, name="try_model"),
    path(f"{PROCESS}/model/bring", modelling.bring, name="bring_model"),
    path(f"{PROCESS}/model/propose", modelling.propose, name="propose_model"),
    path(f"{VERSION}/confirm", modelling.confirm, name="confirm_model"),
    path(f"{VERSION}/dates", modelling.dates, name="date_model"),
    path(f"{VERSION}/discard", modelling.discard, name="discard_model"),
    path(f"{VERSION}/file", modelling.text, name="model_file"),
    path(f"{PROCESS}/picture.json", taking.picture_json, name="picture_json"),
    path(f"{PROCESS}/ways.csv", taking.variants_csv, name="variants_csv"),
    path(f"{PROCESS}/log.xes", taking.log_xes, name="log_xes"),
    path(f"{PROCESS}/deviations.csv", taking.deviations_csv, name="deviations_csv"),
    path(f"{PROCESS}/hands.csv", taking.hands_csv, name="hands_csv"),
    path(f"{PROCESS}/handovers.csv", taking.handovers_csv, name="handovers_csv"),
    path(f"{PROCESS}/drift.csv", taking.drift_csv, name="drift_csv"),
]
