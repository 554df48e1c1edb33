"""The rail's line about what people say when they are asked again and again."""

from __future__ import annotations

from uptake.capabilities.assessments.queries import reads_surveys, surveys_asked_in
from uptake.foundation.actor import Actor
from uptake.ui.navigation import Entry, register


def _has_been_asked(actor: Actor) -> bool:
    return not reads_surveys(actor) and surveys_asked_in(actor).exists()


register(
    Entry(
        "assessments:surveys",
        "Culture",
        icon="message-circle",
        order=39,
        may_open=reads_surveys,
        covers=frozenset(f"assessments:{name}" for name in ("survey", "new", "questions")),
    ),
    Entry(
        "assessments:own",
        "What we said",
        icon="message-circle",
        order=22,
        may_open=_has_been_asked,
        covers=frozenset({"assessments:answer"}),
    ),
)
