"""What a digest says: whom to thank, who waits, what is due, what is not for people to mend.

The same rules as on Team decide what is told, and to whom: groups, rounded where they are small;
names of those who got better under a policy, for a purpose, each look written down.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse

from uptake.capabilities.behaviours.duties import DutyStanding
from uptake.capabilities.behaviours.improvers import Improver, improvers
from uptake.capabilities.behaviours.models import LeadersWord, WordKind
from uptake.capabilities.behaviours.team_page import TeamPage, TeamRow, team_page
from uptake.capabilities.behaviours.words_of_leaders import ONCE_IN
from uptake.capabilities.champions.carrying import carried_for_team
from uptake.capabilities.champions.champions import champions_to_decide
from uptake.capabilities.customers.models import Person
from uptake.capabilities.measure.privacy import COARSE_BELOW
from uptake.capabilities.recognition.queries import nominations_to_decide
from uptake.config import load_settings
from uptake.foundation.access import Permission
from uptake.foundation.actor import Actor
from uptake.foundation.delivery.messages import Message
from uptake.foundation.privacy import policy_in_force
from uptake.methods.behaviour.attainment import Standing
from uptake.ui import words

MOST = 5
"""So many lines of one kind stand in a digest; the rest is on Team."""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading and what stands under it; ``short`` is the same for the subject."""

    heading: str
    lines: tuple[str, ...]
    short: str = ""


@dataclass(frozen=True, slots=True)
class Composed:
    """What a digest says; ``looked_at``: who got better, by name; ``named``: all who are named."""

    sections: tuple[Section, ...]
    looked_at: tuple[str, ...] = ()
    named: tuple[str, ...] = ()

    @property
    def has_something(self) -> bool:
        """Say whether there is anything to say."""
        return bool(self.sections)


def compose(actor: Actor, moment: datetime, *, purpose: str = "") -> Composed:
    """Return what whoever leads people is to be told; nothing is written down here.

    Raises:
        NotAllowed: the actor's role does not see teams.
        NotFound: nobody has said which person the actor is, or they lead nobody.
    """
    page = team_page(actor)
    thanks = _to_thank(page, moment)
    by_name = _named(actor, page, thanks) if purpose else {}
    names = _names(actor, [each.person for found in by_name.values() for each in found])
    sections = (
        _thanks(thanks, by_name, names),
        _questions(page, moment),
        _decisions(actor),
        _duties(page),
        _organisational(page),
        _red(actor, page),
    )
    asked = [each.person.external_id for each in page.questions[:MOST]]
    return Composed(
        sections=tuple(section for section in sections if section.lines),
        looked_at=tuple(sorted(names)),
        named=tuple(sorted({*names, *asked})),
    )


def _to_thank(page: TeamPage, moment: datetime) -> list[TeamRow]:
    """Behaviours in which people got better, where the leader has not thanked lately."""
    said = LeadersWord.objects.filter(
        leader=page.who.person, kind=WordKind.THANKED, said_at__gt=moment - ONCE_IN
    )
    thanked = set(said.values_list("behaviour_id", flat=True))
    return [row for row in page.improved if row.behaviour.pk not in thanked]


def _named(actor: Actor, page: TeamPage, rows: Sequence[TeamRow]) -> dict[int, list[Improver]]:
    if policy_in_force(actor.workspace) is None or not actor.may(Permission.TEAM_METRICS_READ):
        return {}
    found: dict[int, list[Improver]] = {}
    for row in rows[:MOST]:
        found[row.behaviour.pk] = improvers(actor, row.behaviour, page.who.led)
    return found


def _names(actor: Actor, people: Sequence[str]) -> dict[str, str]:
    rows = Person.objects.filter(workspace=actor.workspace, external_id__in=people)
    return {key: name or key for key, name in rows.values_list("external_id", "name")}


def _thanks(
    rows: Sequence[TeamRow], by_name: dict[int, list[Improver]], names: dict[str, str]
) -> Section:
    lines = [_thank(row, by_name.get(row.behaviour.pk, ()), names) for row in rows]
    short = "somebody to thank" if lines else ""
    return Section("Got better, and deserve a thank-you", _some(lines), short)


def _thank(row: TeamRow, found: Sequence[Improver], names: dict[str, str]) -> str:
    many = words.people(row.item.improved or 0)
    about = "about " if row.item.people < COARSE_BELOW else ""
    who = [f"{names[each.person]} ({each.evidence})" for each in found if each.person in names]
    told = f": {words.listed(who, limit=10)}" if who else ""
    return f"{row.behaviour}: {about}{many}{told}"


def _questions(page: TeamPage, moment: datetime) -> Section:
    lines = [
        f"{asked.person.name or asked.person.external_id} about {asked.behaviour}: "
        f"{_waited(asked.asked_at, moment)}"
        for asked in page.questions
    ]
    many = words.plural(len(lines), "question waits", "questions wait") if lines else ""
    return Section("Questions that wait for you", _some(lines), many)


def _waited(since: datetime, moment: datetime) -> str:
    days = (moment - since).days
    return f"waits {words.plural(days, 'day')}" if days > 0 else "waits since today"


def _decisions(actor: Actor) -> Section:
    if not actor.may(Permission.BEHAVIOURS_WRITE):
        return Section("", ())
    seen, ahead = nominations_to_decide(actor).count(), champions_to_decide(actor).count()
    lines = []
    if seen:
        said = "recognition waits", "recognitions wait"
        lines.append(f"{words.plural(seen, *said)} for you to confirm that somebody did it well")
    if ahead:
        said = "proposed champion waits", "proposed champions wait"
        lines.append(f"{words.plural(ahead, *said)} for you to confirm")
    short = words.plural(seen + ahead, "decision waits", "decisions wait") if lines else ""
    return Section("Decisions that wait for you", tuple(lines), short)


def _duties(page: TeamPage) -> Section:
    lines = [
        f"{each.duty.label}: by {words.day(each.running.last)}{_last_time(each)}"
        for each in page.own.duties
        if each.running.standing is Standing.OPEN
    ]
    short = words.plural(len(lines), "duty is", "duties are") + " due" if lines else ""
    return Section("Your own duties that are due", _some(lines), short)


def _last_time(duty: DutyStanding) -> str:
    return "; not done when it was due last" if duty.is_missed else ""


def _organisational(page: TeamPage) -> Section:
    lines = [
        f"{row.behaviour}: {words.percent(row.item.between or 0)} of the differences lie between "
        "teams; ask what yours lacks before asking anybody to try harder"
        for row in page.organisational
    ]
    return Section("Do not push people for these: it looks organisational", _some(lines))


def _red(actor: Actor, page: TeamPage) -> Section:
    rows = carried_for_team(actor, [row.behaviour.pk for row in page.rows]) if page.rows else []
    lines = [
        f"{row.behaviour} ({row.whom}): nobody "
        + words.listed([_WITHOUT[slot.job.value] for slot in row.slots if slot.is_red])
        + f". {row.behaviour.answers or 'An owner'} can name somebody"
        for row in rows
        if row.red
    ]
    return Section("Jobs that nobody does", _some(lines))


_WITHOUT = {
    "model": "shows how it is done",
    "remind": "reminds people",
    "recognise": "notices who does it",
}


def _some(lines: Sequence[str]) -> tuple[str, ...]:
    rest = len(lines) - MOST
    more = (f"and {rest} more on Team",) if rest > 0 else ()
    return (*lines[:MOST], *more)


def message_of(composed: Composed, actor: Actor, *, leave: str = "") -> Message:
    """Return a digest as it is sent and shown."""
    return Message(
        subject=_subject(composed),
        paragraphs=tuple(_paragraphs(composed.sections)),
        link=_address("behaviours:team", actor),
        link_words="Open Team",
        leave=leave,
        why=(
            "You get this once a week because people report to you. You choose the day under My "
            f"digest: {_address('digest:own', actor)}"
        ),
    )


def _subject(composed: Composed) -> str:
    """Never a name: whoever looks after lost messages reads it."""
    found = [section.short for section in composed.sections if section.short]
    return f"Your team: {words.listed(found)}" if found else "Your team this week"


def _paragraphs(sections: Sequence[Section]) -> Iterator[str]:
    for section in sections:
        yield "\n".join([section.heading, *(f"- {line}" for line in section.lines)])


def _address(view: str, actor: Actor) -> str:
    path = reverse(view, kwargs={"workspace": actor.workspace.slug})
    return f"{load_settings().public_url}{path}"
