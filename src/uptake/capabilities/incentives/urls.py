"""Addresses of the register of incentives, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.incentives import pages

app_name = "incentives"

urlpatterns = [
    path("incentives", pages.list_incentives, name="incentives"),
    path("incentives.csv", pages.incentives_csv, name="incentives_csv"),
    path("incentives/new", pages.new, name="new"),
    path("incentives/<int:incentive>", pages.incentive, name="incentive"),
    path("incentives/<int:incentive>/edit", pages.edit, name="edit"),
    path("incentives/<int:incentive>/propose", pages.propose, name="propose"),
    path("incentives/<int:incentive>/proposals/<int:proposal>", pages.decide, name="decide"),
]
