"""Addresses of people, populations and accounts, within a workspace."""

from __future__ import annotations

from django.urls import path

from uptake.capabilities.customers.pages import accounts, people, populations, records

app_name = "customers"

PERSON = "people/<path:person>"
POPULATION = "populations/<int:population>"
ACCOUNT = "accounts/<path:account>"

urlpatterns = [
    path("people", people.list_people, name="people"),
    path("people.csv", people.people_csv, name="people_csv"),
    path("teams", people.groups, name="groups"),
    path(f"{PERSON}/numbers", people.numbers, name="numbers"),
    path(f"{PERSON}/link", people.link, name="link"),
    path(f"{PERSON}/unlink", people.unlink, name="unlink"),
    path(f"{PERSON}/erase", people.erase, name="erase"),
    path(PERSON, people.person, name="person"),
    path("populations", populations.list_populations, name="populations"),
    path("populations/new", populations.new, name="new_population"),
    path("populations/preview", populations.try_out, name="try_out"),
    path(POPULATION, populations.population, name="population"),
    path(f"{POPULATION}/edit", populations.edit, name="edit_population"),
    path(f"{POPULATION}/expected", populations.expected, name="expected"),
    path(f"{POPULATION}/propose", populations.propose, name="propose"),
    path(f"{POPULATION}/confirm", populations.confirm, name="confirm"),
    path(f"{POPULATION}/move", populations.move, name="move_population"),
    path(f"{POPULATION}/delete", populations.remove, name="remove_population"),
    path("accounts", accounts.list_accounts, name="accounts"),
    path("accounts.csv", accounts.accounts_csv, name="accounts_csv"),
    path("changes/new", records.change_of_all, name="change_of_all"),
    path("changes/<int:change>", records.correct, name="correct_change"),
    path(f"{ACCOUNT}/change", records.change, name="new_change"),
    path(f"{ACCOUNT}/note", records.note, name="new_note"),
    path(f"{ACCOUNT}/discovery", records.discovery, name="discovery"),
    path(f"{ACCOUNT}/discovery/new", records.new_discovery, name="new_discovery"),
    path(f"{ACCOUNT}/go-live", records.go_live, name="go_live"),
    path(f"{ACCOUNT}/phases/<int:deployment>", records.phases, name="phases"),
    path(f"{ACCOUNT}/success", records.success, name="success"),
    path(ACCOUNT, accounts.account, name="account"),
]
