"""The only doors to accounts, products, people, populations and contracts.

Whoever is limited to one account (``actor.account``) sees that account and what is below it: its
rows, its people, its contracts. Nothing else about other accounts passes these doors.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from uptake.capabilities.customers.models import (
    Account,
    Action,
    Change,
    Contract,
    Deployment,
    ExpectedAction,
    Person,
    Population,
    Product,
    Team,
)
from uptake.capabilities.customers.populations import (
    Attribute,
    Rule,
    attributes_of,
    fits,
    read_rules,
)
from uptake.foundation.access import Permission, Role
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound

_ACCOUNT_AND_BELOW = """
WITH RECURSIVE below(id) AS (
    SELECT id FROM customers_account WHERE workspace_id = %s AND external_id = %s
    UNION
    SELECT child.id FROM customers_account child JOIN below ON child.parent_id = below.id
)
SELECT id FROM below
"""
"""One query however deep the hierarchy; the same on SQLite and PostgreSQL."""


def visible_accounts(actor: Actor) -> QuerySet[Account]:
    """Return the accounts of the actor's workspace, or theirs with everything below it."""
    actor.require(Permission.CUSTOMERS_READ)
    accounts = Account.objects.filter(workspace=actor.workspace)
    if actor.account is None:
        return accounts
    within = RawSQL(_ACCOUNT_AND_BELOW, [actor.workspace.pk, actor.account])  # noqa: S611 - bound
    return accounts.filter(pk__in=within)


def access_account(actor: Actor, external_id: str) -> Account:
    """Return one account, or say that there is none."""
    found = visible_accounts(actor).filter(external_id=external_id).first()
    if found is None:
        raise NotFound(f"There is no account {external_id!r}; import it or check its identifier.")
    return found


def chosen_account(actor: Actor, external_id: str) -> Account | None:
    """Return the account that somebody named; none for all, which for some is all of theirs."""
    own = "" if actor.account is None else actor.account
    return access_account(actor, external_id or own) if external_id or own else None


def account_with_descendants(actor: Actor, external_id: str) -> list[Account]:
    """Return an account and everything below it, nearest first."""
    found = [access_account(actor, external_id)]
    below = list(found)
    while below:
        below = list(visible_accounts(actor).filter(parent__in=below))
        found += below
    return found


def visible_products(actor: Actor) -> QuerySet[Product]:
    """Return the products of the actor's workspace."""
    actor.require(Permission.CUSTOMERS_READ)
    return Product.objects.filter(workspace=actor.workspace)


def access_product(actor: Actor, external_id: str) -> Product:
    """Return one product, or say that there is none."""
    found = visible_products(actor).filter(external_id=external_id).first()
    if found is None:
        raise NotFound(f"There is no product {external_id!r}; import it or check its identifier.")
    return found


def visible_actions(actor: Actor) -> QuerySet[Action]:
    """Return what can be done in the products of the actor's workspace."""
    return Action.objects.filter(product__in=visible_products(actor))


def visible_deployments(actor: Actor) -> QuerySet[Deployment]:
    """Return which product is used in which account."""
    return Deployment.objects.filter(account__in=visible_accounts(actor))


def access_deployment(actor: Actor, deployment_id: int) -> Deployment:
    """Return one deployment, or say that there is none."""
    found = visible_deployments(actor).filter(pk=deployment_id).first()
    if found is None:
        raise NotFound("There is no such deployment; record its go-live first.")
    return found


def visible_people(actor: Actor) -> QuerySet[Person]:
    """Return people by name for those who may; everybody else sees only themselves.

    Somebody on the list under several identifiers is there once; ``also_known_as`` tells the rest.
    """
    actor.require(Permission.CUSTOMERS_READ)
    people = Person.objects.filter(workspace=actor.workspace, same_as=None)
    themselves = Q(user=actor.user) if actor.user else Q(pk__in=())
    if not actor.may(Permission.PEOPLE_READ):
        return people.filter(themselves)
    if actor.account is None:
        return people
    return people.filter(Q(account__in=visible_accounts(actor)) | themselves)


def known_also_as(actor: Actor, text: str) -> QuerySet[Person, int | None]:
    """Return whose other identifiers have a text in them, to be asked for among visible people."""
    actor.require(Permission.CUSTOMERS_READ)
    tied = Person.objects.filter(workspace=actor.workspace, same_as__isnull=False)
    return tied.filter(external_id__icontains=text).values_list("same_as_id", flat=True)


def person_of(actor: Actor) -> Person | None:
    """Return the person whose work is the actor's own, if they have been linked."""
    if actor.user is None:
        return None
    return Person.objects.filter(workspace=actor.workspace, user=actor.user).first()


def left_on(actor: Actor, who: str) -> date | None:
    """Return the last day of somebody on the list of people, by identifier or mail address.

    None for who is not listed, and for who has no last day.
    """
    actor.require(Permission.CUSTOMERS_READ)
    listed = Person.objects.filter(workspace=actor.workspace, ends_on__isnull=False)
    found = listed.filter(Q(external_id=who) | Q(email__iexact=who))
    return found.order_by("-ends_on").values_list("ends_on", flat=True).first()


def is_measured(actor: Actor) -> bool:
    """Whether somebody's own work is, or may come to be, measured."""
    return actor.role in (Role.MEMBER, Role.MANAGER) or person_of(actor) is not None


def visible_teams(actor: Actor) -> QuerySet[Team]:
    """Return the teams of the actor's workspace, or those of their account."""
    actor.require(Permission.CUSTOMERS_READ)
    teams = Team.objects.filter(workspace=actor.workspace)
    if actor.account is None:
        return teams
    return teams.filter(account__in=visible_accounts(actor))


def access_person(actor: Actor, external_id: str) -> Person:
    """Return one person by any of their identifiers, or say that there is none."""
    people = visible_people(actor)
    found = (
        people.filter(external_id=external_id).first()
        or people.filter(other_rows__external_id=external_id).first()
    )
    if found is None:
        raise NotFound("There is no such person for you; check the identifier.")
    return found


def visible_contracts(actor: Actor) -> QuerySet[Contract]:
    """Return contracts with their prices."""
    actor.require(Permission.CONTRACTS_READ)
    contracts = Contract.objects.filter(workspace=actor.workspace)
    if actor.account is None:
        return contracts
    return contracts.filter(account__in=visible_accounts(actor))


def visible_changes(actor: Actor) -> QuerySet[Change]:
    """Return the log of go-lives, reorganisations, releases and the like, newest first."""
    actor.require(Permission.CUSTOMERS_READ)
    changes = Change.objects.filter(workspace=actor.workspace)
    if actor.account is None:
        return changes
    return changes.filter(Q(account__in=visible_accounts(actor)) | Q(account__isnull=True))


def access_change(actor: Actor, change_id: int) -> Change:
    """Return one logged change, or say that there is none."""
    found = visible_changes(actor).filter(pk=change_id).first()
    if found is None:
        raise NotFound("There is no such change for you; see the change log of the account.")
    return found


def visible_populations(actor: Actor) -> QuerySet[Population]:
    """Return the populations of the actor's workspace, the one that counts first first.

    Who is limited to an account does not see those whose rules name other accounts, teams or
    people: the rules alone would tell who else is a customer.
    """
    actor.require(Permission.CUSTOMERS_READ)
    populations = Population.objects.filter(workspace=actor.workspace)
    if actor.account is None:
        return populations
    known = {
        Attribute.ACCOUNT: _names(visible_accounts(actor)),
        Attribute.TEAM: _names(visible_teams(actor)),
        Attribute.MANAGER: _names(visible_people(actor)),
    }
    return populations.filter(
        pk__in=[population.pk for population in populations if _names_only(population, known)]
    )


def _names(rows: QuerySet[Account] | QuerySet[Team] | QuerySet[Person]) -> frozenset[str]:
    return frozenset(rows.values_list("external_id", flat=True))


def _names_only(population: Population, known: Mapping[Attribute, frozenset[str]]) -> bool:
    return all(
        rule.values <= known[rule.attribute]
        for rule in read_rules(population.rules)
        if rule.attribute in known and isinstance(rule.values, frozenset)
    )


def access_population(actor: Actor, name: str) -> Population:
    """Return one population, or say that there is none."""
    found = visible_populations(actor).filter(name=name).first()
    if found is None:
        raise NotFound(f"There is no population {name!r}; define it or check its name.")
    return found


def visible_expected_actions(actor: Actor) -> QuerySet[ExpectedAction]:
    """Return what each population is expected to do."""
    return ExpectedAction.objects.filter(population__in=visible_populations(actor))


def members(actor: Actor, population: Population) -> list[Person]:
    """Return the people whom every rule of the population fits, as far as the actor sees people."""
    rules = read_rules(population.rules)
    people = visible_people(actor).select_related("account", "team", "manager")
    return [person for person in people if fits(attributes_of(person), rules)]


def count_members(actor: Actor, population: Population) -> int:
    """Return how many people a population has in the accounts the actor sees: a size, no names."""
    return count_fitting(actor, read_rules(population.rules))


def count_fitting(actor: Actor, rules: Sequence[Rule]) -> int:
    """Return how many people every rule fits in the accounts the actor sees: a size, no names."""
    actor.require(Permission.CUSTOMERS_READ)
    people = Person.objects.filter(workspace=actor.workspace, same_as=None)
    if actor.account is not None:
        people = people.filter(account__in=visible_accounts(actor))
    rows = people.select_related("account", "team", "manager")
    return sum(fits(attributes_of(person), rules) for person in rows)
