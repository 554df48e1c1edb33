"""Addresses of the pages about figures, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.measure.pages import deployment, exploring, people, portfolio

app_name = "measure"

AT = "deployments/<path:account>/<str:product>"

urlpatterns = [
    path("portfolio", portfolio.portfolio, name="portfolio"),
    path("portfolio.csv", portfolio.portfolio_csv, name="portfolio_csv"),
    path("portfolio/segments", portfolio.save_segment, name="save_segment"),
    path(
        "portfolio/segments/<int:segment>/remove", portfolio.remove_segment, name="remove_segment"
    ),
    path("deployments", deployment.own, name="own_deployment"),
    path(f"{AT}/how/<str:key>", deployment.how, name="how"),
    path(f"{AT}/groups.csv", deployment.groups_csv, name="groups_csv"),
    path(AT, deployment.deployment, name="deployment"),
    path("explore", exploring.explore, name="explore"),
    path("explore.csv", exploring.explore_csv, name="explore_csv"),
    path("me", people.me, name="me"),
    path("team", people.team, name="team"),
]
