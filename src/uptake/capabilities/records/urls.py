"""Addresses of record quality, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.records.pages import fields, naming, pulse, rating, reading, writing

app_name = "records"

STANDARD = "records/<int:standard>"

urlpatterns = [
    path("records", reading.list_standards, name="standards"),
    path("records.csv", reading.standards_csv, name="standards_csv"),
    path("records/new", writing.new, name="new"),
    path("records/mine", reading.own, name="own"),
    path("records/erase-author", naming.erase_author, name="erase_author"),
    path("records/teams", writing.teams, name="teams"),
    path("records/teams/consent", writing.consent, name="consent"),
    path(STANDARD, reading.standard, name="standard"),
    path(f"{STANDARD}/edit", writing.edit, name="edit"),
    path(f"{STANDARD}/fields", fields.fields, name="fields"),
    path(f"{STANDARD}/preview", writing.try_out, name="try_out"),
    path(f"{STANDARD}/agree", writing.agree, name="agree"),
    path(f"{STANDARD}/end", writing.end, name="end"),
    path(f"{STANDARD}/deliver", writing.deliver, name="deliver"),
    path(f"{STANDARD}/except", writing.except_from, name="except"),
    path(f"{STANDARD}.yaml", reading.text, name="text"),
    path(f"{STANDARD}.json", reading.numbers_json, name="numbers_json"),
    path(f"{STANDARD}.pdf", reading.report_pdf, name="report_pdf"),
    path(f"{STANDARD}/unfit.csv", reading.unfit_csv, name="unfit_csv"),
    path(f"{STANDARD}/authors", naming.authors, name="authors"),
    path(f"{STANDARD}/samples", rating.samples, name="samples"),
    path("records/samples/<int:sample>/discard", rating.discard, name="discard_sample"),
    path(f"{STANDARD}/pulse", pulse.pulse, name="pulse"),
    path("records/questions/<int:ask>", pulse.answer, name="answer_pulse"),
    path("records/ratings", rating.ratings, name="ratings"),
    path("records/ratings/<int:sample>", rating.rate, name="rate"),
    path("records/exceptions/<int:exception>/withdraw", writing.withdraw, name="withdraw"),
    path("records/deliveries/<int:delivery>/take-back", writing.take_back, name="take_back"),
    path("records/deliveries/<int:delivery>/rejects.csv", reading.rejects_csv, name="rejects_csv"),
]
