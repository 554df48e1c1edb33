"""What is odd about an intended process, by itself and beside a log, in plain words.

Nothing here stops anybody: a model may name a step that will only be taken next month. But a name
that is spelt differently in the log makes every case stray, so it is said before anything is
measured.
"""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from statistics import median

from uptake.capabilities.process.intended import IntendedProcess
from uptake.methods.process.automaton import NeverEnds, NotFinite, unfold
from uptake.methods.process.language import Language
from uptake.methods.process.nets import Net
from uptake.methods.process.precision import FLOWER_ACTIVITIES, FLOWER_FROM

MOST_STATES = 300
"""States of a model that are looked at to see how much it allows."""

MOST_REMARKS = 50
"""Remarks of one kind; how many more there are is said."""


class Oddity(StrEnum):
    """What a remark is about."""

    NEVER_DONE = "never done"
    NOT_MODELLED = "not modelled"
    UNKNOWN_IN_RULE = "unknown in a rule"
    UNKNOWN_ROLE = "unknown role"
    IGNORED_UNKNOWN = "ignored and unknown"
    LOGGED_EVENT = "event that is logged"
    IMPOSSIBLE = "impossible"
    NEVER_ENDS = "never ends"
    ALLOWS_ANYTHING = "allows anything"
    NOT_TAKEN = "not taken as drawn"


@dataclass(frozen=True, slots=True)
class Remark:
    """One thing to look at. ``name``: the activity or role it is about; ``nearest``: a name that
    the log has and that may be meant, empty where none is close.
    """

    oddity: Oddity
    sentence: str
    name: str = ""
    nearest: str = ""


def check_intended(
    process: IntendedProcess,
    activities: Mapping[str, int],
    *,
    roles: Collection[str] = (),
) -> tuple[Remark, ...]:
    """Look at a process beside a log.

    ``activities``: in how many cases of the log each happens; ``roles``: the roles that the log
    names, none where it names none.
    """
    remarks = [
        *_by_name(process, activities),
        *_roles(process, roles),
        *check_alone(process),
    ]
    return tuple(remarks)


def model_warnings(process: IntendedProcess, activities: Mapping[str, int]) -> tuple[str, ...]:
    """What has to stand beside numbers that a model gave, where its remarks are not shown.

    Left out are remarks that a measurement makes by itself: what has no place in the model, a model
    that allows anything, roles that nobody has.
    """
    told = {Oddity.NOT_MODELLED, Oddity.ALLOWS_ANYTHING, Oddity.UNKNOWN_ROLE}
    remarks = check_intended(process, activities)
    return tuple(f"Model: {one.sentence}" for one in remarks if one.oddity not in told)


def check_alone(process: IntendedProcess) -> tuple[Remark, ...]:
    """Look at a process by itself."""
    net = process.as_net()
    by_net = [] if net is None else list(_by_net(net, process))
    return (*by_net, *(Remark(Oddity.NOT_TAKEN, left) for left in process.left))


def _by_name(process: IntendedProcess, activities: Mapping[str, int]) -> Iterator[Remark]:
    modelled = process.modelled()
    free = [name for name in activities if name not in process.activities()]
    unknown = [name for name in modelled if name not in activities]
    yield from _few(Oddity.NEVER_DONE, "{name} is in the model and in no case.", unknown, free)
    ruled = {name for said in process.rules for name in (said.rule.first, said.rule.second)}
    odd = sorted(name for name in ruled if name and name not in activities)
    others = [name for name in odd if name not in modelled]
    names = list(activities)
    yield from _few(
        Oddity.UNKNOWN_IN_RULE, "A rule is about {name}, which is in no case.", others, names
    )
    ignored = [name for name in process.ignored if name not in activities]
    yield from _few(Oddity.IGNORED_UNKNOWN, "{name} is left out and in no case.", ignored, names)
    logged = [name for name in process.events if name in activities and name not in modelled]
    drawn = "{name} is drawn as an event, which nobody sees, and is in the log: draw a task."
    yield from _few(Oddity.LOGGED_EVENT, drawn, logged, ())
    if modelled:
        yield from _beyond(process, activities, set(modelled))


def _beyond(
    process: IntendedProcess, activities: Mapping[str, int], modelled: set[str]
) -> Iterator[Remark]:
    """What is done and has no place in the model: a deviation wherever it happens."""
    known = modelled.union(process.ignored, process.events)
    order = sorted(activities, key=lambda name: (-activities[name], name))
    beyond = [name for name in order if name not in known]
    for name in beyond[:MOST_REMARKS]:
        cases = "1 case" if activities[name] == 1 else f"{activities[name]:,} cases"
        said = f"{name} happens in {cases} and has no place in the model."
        yield Remark(Oddity.NOT_MODELLED, said, name)
    if len(beyond) > MOST_REMARKS:
        yield Remark(Oddity.NOT_MODELLED, _more(len(beyond), "without a place"))


def _few(
    oddity: Oddity, sentence: str, names: Collection[str], known: Collection[str]
) -> Iterator[Remark]:
    """A remark for each name, with the nearest one that is known."""
    for name in islice(names, MOST_REMARKS):
        close = _nearest(name, known)
        hint = f" Is {close} meant?" if close else ""
        yield Remark(oddity, sentence.format(name=name) + hint, name, close)
    if len(names) > MOST_REMARKS:
        yield Remark(oddity, _more(len(names), "names like this"))


def _more(number: int, what: str) -> str:
    return f"And {number - MOST_REMARKS:,} more {what}."


def _nearest(name: str, known: Collection[str]) -> str:
    """A known name that differs in case and blanks alone, or in little else."""
    plain = {_plain(other): other for other in islice(known, 2_000)}
    close = difflib.get_close_matches(_plain(name), list(plain), n=1, cutoff=0.75)
    return plain[close[0]] if close else ""


def _plain(name: str) -> str:
    return " ".join(name.casefold().replace("_", " ").replace(".", " ").split())


def _roles(process: IntendedProcess, roles: Collection[str]) -> Iterator[Remark]:
    if not roles:
        return
    meant = sorted({role for of in process.roles.values() for role in of} - set(roles))
    said = "{name} is meant to do steps, and nobody in the log has this role."
    yield from _few(Oddity.UNKNOWN_ROLE, said, meant, roles)


def _by_net(net: Net, process: IntendedProcess) -> Iterator[Remark]:
    language = Language(net)
    try:
        possible = set(unfold(language.net.net).labels)
    except NeverEnds as problem:
        yield Remark(Oddity.NEVER_ENDS, str(problem))
        return
    except NotFinite:  # too large to be looked through, which is no fault of the model
        return
    never = [name for name in process.modelled() if name not in possible]
    said = "{name} is on no way from the beginning to the end: it can never happen."
    yield from _few(Oddity.IMPOSSIBLE, said, never, ())
    share = _openness(language, len(possible))
    if len(possible) >= FLOWER_ACTIVITIES and share >= FLOWER_FROM:
        yield Remark(
            Oddity.ALLOWS_ANYTHING,
            f"At a typical moment the model allows {share:.0%} of its activities: nearly every "
            "case fits it, and that says little.",
        )


def _openness(language: Language, activities: int) -> float:
    """Share of the activities that is allowed at a typical moment."""
    shares: list[float] = []
    seen, waiting = {0}, [0]
    try:
        while waiting and len(shares) < MOST_STATES:
            following = language.following(waiting.pop(0))
            if following:
                shares.append(len(following) / max(activities, 1))
            waiting += [state for state in dict.fromkeys(following.values()) if state not in seen]
            seen |= set(following.values())
    except NotFinite:
        return 0.0
    return median(shares) if shares else 0.0
