"""Team: the people whom a manager leads, as groups of at least k, never by name."""

from __future__ import annotations

from uptake.capabilities.customers.expectations import led_by
from uptake.capabilities.customers.queries import person_of
from uptake.capabilities.measure.asking import TEAM, Question, ask
from uptake.capabilities.measure.figures import GroupFigures, TeamFigures
from uptake.capabilities.measure.views import TeamView
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.errors import NotFound
from uptake.metrics.scope import Grouping
from uptake.ui import words

LED = "led"


def team_picture(actor: Actor) -> TeamView:
    """Return how the people whose chain of managers leads to the actor use it.

    Raises:
        NotAllowed: the actor's role does not include it.
        NotFound: nobody has said which person the user is, or they lead nobody.
    """
    actor.require(Permission.TEAM_METRICS_READ)
    person = person_of(actor)
    if person is None:
        raise NotFound(
            "Nobody has said which person you are in the data; ask an owner to link you under "
            "Settings, Members."
        )
    led = len(led_by(person))
    if not led:
        raise NotFound("Nobody is listed with you as manager; see the list of people.")
    answer = ask(actor.workspace, Question(TEAM, str(person.pk)))
    basis, figures = answer.basis, answer.part(LED, TeamFigures)
    if figures is None or figures.people < basis.minimum_people:
        missing = (
            f"Numbers are shown for {basis.minimum_people} people or more; you lead "
            f"{words.people(led)}."
        )
        return TeamView(basis, (missing,), led, None, (), (), (), (), missing)
    return TeamView(
        basis=basis,
        sentences=_sentences(figures),
        people=figures.people,
        state=figures.state,
        numbers=figures.numbers,
        weeks=figures.weeks,
        teams=figures.tables.of(Grouping.TEAM),
        roles=figures.tables.of(Grouping.ROLE),
    )


def _sentences(figures: TeamFigures) -> tuple[str, ...]:
    rate = next((n for n in figures.numbers if n.key == "adoption_rate" and n.is_measured), None)
    if rate is None or rate.denominator is None or rate.value is None:
        return (f"{figures.state.plain.capitalize()}. {figures.state.reason}",)
    first = (
        f"{words.count(rate.numerator or 0)} of your {words.people(rate.denominator)} used it in "
        f"the four weeks to {words.day(rate.window.last)} ({words.percent(rate.value)})."
    )
    failing = [row for row in figures.tables.of(Grouping.TEAM) if row.state.is_failure]
    return (first, _failing(failing)) if failing else (first,)


def _failing(rows: list[GroupFigures]) -> str:
    named = words.listed([f"{row.group} ({row.state.plain})" for row in rows])
    return f"Look first at {named}."
