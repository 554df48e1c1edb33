"""How many people are in scope of each group and period: the denominator of adoption."""

from __future__ import annotations

import ibis.expr.types as ir
from ibis import _

from uptake.metrics.relations import Relations
from uptake.metrics.scope import OF_ACTIVITY, Scope


def people_in_scope(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] [bucket,] person, population, start, end`` of who belongs for at least a day.

    Listed people from their start to their end (no date: always); otherwise people seen so far.
    """
    return scope.belonging(relations.people(None if scope.by in OF_ACTIVITY else scope.by))


def in_scope(relations: Relations, scope: Scope) -> ir.Table:
    """``[group,] [bucket,] numerator``: how many people are in scope."""
    people = people_in_scope(relations, scope)
    keys = [key for key in scope.keys if key in people.columns]
    return people.aggregate(by=keys, numerator=_.count())
