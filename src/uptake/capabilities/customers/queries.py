"""The only doors to accounts, products, people, populations and contracts."""

from __future__ import annotations

from django.db.models import QuerySet

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
)
from uptake.capabilities.customers.populations import attributes_of, fits, read_rules
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound


def visible_accounts(actor: Actor) -> QuerySet[Account]:
    """Return the accounts of the actor's workspace."""
    actor.require(Permission.CUSTOMERS_READ)
    return Account.objects.filter(workspace=actor.workspace)


def access_account(actor: Actor, external_id: str) -> Account:
    """Return one account, or say that there is none."""
    found = visible_accounts(actor).filter(external_id=external_id).first()
    if found is None:
        raise NotFound(f"There is no account {external_id!r}; import it or check its identifier.")
    return found


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
    """Return people by name for those who may; everybody else sees only themselves."""
    people = Person.objects.filter(workspace=actor.workspace)
    if actor.may(Permission.PEOPLE_READ):
        return people
    actor.require(Permission.CUSTOMERS_READ)
    return people.filter(user=actor.user)


def access_person(actor: Actor, external_id: str) -> Person:
    """Return one person, or say that there is none."""
    found = visible_people(actor).filter(external_id=external_id).first()
    if found is None:
        raise NotFound("There is no such person for you; check the identifier.")
    return found


def visible_contracts(actor: Actor) -> QuerySet[Contract]:
    """Return contracts with their prices."""
    actor.require(Permission.CONTRACTS_READ)
    return Contract.objects.filter(workspace=actor.workspace)


def visible_changes(actor: Actor) -> QuerySet[Change]:
    """Return the log of go-lives, reorganisations, releases and the like, newest first."""
    actor.require(Permission.CUSTOMERS_READ)
    return Change.objects.filter(workspace=actor.workspace)


def visible_populations(actor: Actor) -> QuerySet[Population]:
    """Return the populations of the actor's workspace, the one that counts first first."""
    actor.require(Permission.CUSTOMERS_READ)
    return Population.objects.filter(workspace=actor.workspace)


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
    """Return how many people every rule of the population fits: a size, no names."""
    actor.require(Permission.CUSTOMERS_READ)
    rules = read_rules(population.rules)
    people = Person.objects.filter(workspace=actor.workspace)
    rows = people.select_related("account", "team", "manager")
    return sum(fits(attributes_of(person), rules) for person in rows)
