"""Whom a behaviour is asked of: the population's rules, inside an account or one leader's team."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from django.db.models import Q, QuerySet

from uptake.capabilities.behaviours.definition import Definition
from uptake.capabilities.behaviours.models import Behaviour
from uptake.capabilities.customers.expectations import led_by
from uptake.capabilities.customers.membership import condition, countable_people
from uptake.capabilities.customers.models import Account, Person
from uptake.capabilities.customers.populations import attributes_of, fits, read_rules
from uptake.capabilities.customers.queries import account_with_descendants, visible_accounts
from uptake.foundation.actor import Actor


def concerned(
    actor: Actor, definition: Definition, *, account: Account | None, team: Person | bool | None
) -> QuerySet[Person]:
    """Return whom it is asked of, among the people of the actor's accounts; to be counted.

    ``team``: the leader of those it is asked of; True where that person is gone: nobody.
    """
    people = countable_people(actor).filter(condition(read_rules(list(definition.rules))))
    if account is not None:
        people = people.filter(account__in=_within(actor, account))
    if team is True:
        return people.filter(pk__in=())
    if isinstance(team, Person):
        return people.filter(external_id__in=led_by(team))
    return people


def concerned_by(actor: Actor, behaviour: Behaviour, definition: Definition) -> QuerySet[Person]:
    """Return whom a behaviour is asked of."""
    team = (behaviour.leader or True) if behaviour.of_team else None
    return concerned(actor, definition, account=behaviour.account, team=team)


def concerns(system: Actor, behaviour: Behaviour, definition: Definition, person: Person) -> bool:
    """Say whether a behaviour is asked of one person."""
    if not fits(attributes_of(person), read_rules(list(definition.rules))):
        return False
    return concerned_by(system, behaviour, definition).filter(pk=person.pk).exists()


def at_work_on(day: date) -> Q:
    """Return the condition that people have begun, and not left, on a day."""
    begun = Q(starts_on=None) | Q(starts_on__lte=day)
    return begun & (Q(ends_on=None) | Q(ends_on__gte=day))


def _within(actor: Actor, account: Account) -> Sequence[Account]:
    return account_with_descendants(actor, account.external_id)


def of_account(actor: Actor) -> Q:
    """Return the condition that rows belong to the accounts the actor sees."""
    return Q() if actor.account is None else Q(account__in=visible_accounts(actor))
