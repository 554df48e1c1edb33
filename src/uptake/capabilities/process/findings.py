"""What stands out, in plain sentences that name who, how many, and what can be done about it.

Findings are ranked by the share of cases they touch. Each offers the next step and leaves the
judgement to people: those who stray are sometimes right, and then it is the model that is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from uptake.capabilities.process.ground import Ground
from uptake.capabilities.process.meant_roles import KIND as WRONG_ROLE
from uptake.capabilities.process.picture import (
    DeviationRow,
    Edge,
    Handing,
    NextStep,
    ProcessFinding,
    ProcessPicture,
    ReworkRow,
)
from uptake.capabilities.process.wording import LEVELS, span
from uptake.formats.case_log import NOBODY, Mark, Performer
from uptake.methods.arrays import Counts
from uptake.methods.process.deviations import Straying
from uptake.methods.statistics.proportions import Share
from uptake.ui import words

MOST_DEVIATIONS = 5
FEWEST_HANDOVERS = 20
LEAST_PING_PONG = 0.10
LEAST_REWORK = 0.05
LEAST_BATCH = 0.10
LEAST_PRECISION = 0.2
LEAST_WAITING = 0.25
"""Share of all waiting that one place must have to be named."""

FEWEST_DONE = 20
LEAST_ALONE = 0.8
FEWEST_CASES = 5
"""Cases behind anything that is said of one person."""

MOSTLY = 0.5
"""From this share on, the model is likelier wrong than the people."""


def findings_of(picture: ProcessPicture, ground: Ground) -> tuple[ProcessFinding, ...]:
    """Find what stands out, the heaviest first."""
    found = [
        *_deviations(picture),
        *_rules(picture),
        *_drift(picture),
        *_flower(picture),
        *_waiting(picture),
        *_ping_pong(picture),
        *_rework(picture),
        *_alone(picture, ground),
        *_recorded(picture),
        *_stamps(ground),
    ]
    return tuple(sorted(found, key=lambda each: -each.weight))


def share_words(share: Share, what: str = "") -> str:
    """A share as "312 of 1,434 cases (22 %, 20 to 24 %)"; ``what``: of what, in the plural."""
    limits, value = share.interval, share.value or 0.0
    told = words.percent_within(value, limits.low, limits.high) if limits else words.percent(value)
    numbers = f"{words.count(share.numerator)} of {words.count(share.denominator)}"
    return f"{numbers}{f' {what}' if what else ''} ({told})"


def _drift(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    if picture.drift is None:
        return
    from uptake.capabilities.process.saying_drift import drift_findings  # with meant roles only

    yield from drift_findings(picture.drift, picture.summary.events)


def _deviations(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    for row in picture.deviations[:MOST_DEVIATIONS]:
        most = (row.cases.value or 0.0) >= MOSTLY
        yield ProcessFinding(
            kind=row.kind,
            sentence=f"{row.sentence}, in {share_words(row.cases, 'cases')}.",
            population="cases beside the model",
            share=row.cases,
            evidence=_evidence(row),
            steps=_steps(row, most=most),
            advice=_advice(row, most=most),
            weight=row.cases.value or 0.0,
            activity=row.activity,
        )


def _evidence(row: DeviationRow) -> str:
    ways = words.plural(len(row.variants), "way")
    told = f"It happens {words.plural(row.times, 'time')}, in {ways} of running"
    told += f"; for example case {words.listed(row.example_cases)}." if row.example_cases else "."
    if not row.cost:
        return told
    from uptake.capabilities.process.saying_differences import said_of_cost  # with a model only

    return f"{told} {said_of_cost(row.cost)}"


def _steps(row: DeviationRow, *, most: bool) -> tuple[NextStep, ...]:
    if row.kind == Straying.UNKNOWN or most:
        return (NextStep.MODEL, NextStep.LOOK, NextStep.BEHAVIOUR)
    if row.kind == Straying.REPEATED:
        return (NextStep.BARRIER, NextStep.BEHAVIOUR, NextStep.MODEL)
    if row.kind in (Straying.STARTED_LATE, Straying.ENDED_EARLY):
        return (NextStep.DATA, NextStep.BARRIER, NextStep.MODEL)
    return (NextStep.BEHAVIOUR, NextStep.BARRIER, NextStep.MODEL)


_ORDER = (
    "Look at what comes before it in these cases: a missing answer is a barrier, a habit is a "
    "behaviour to ask for, and an order nobody needs is a change of the model."
)
_CUT = (
    "See first whether the log begins or stops there, or these cases are still open; work that is "
    "given up has a reason, which is a barrier to report."
)
ADVICE = {
    Straying.SKIPPED: "Ask those who skip it whether it is needed: if so, ask for it as a "
    "behaviour; if something stops them, report a barrier; if they are right, make it optional.",
    Straying.TOO_EARLY: _ORDER,
    Straying.TOO_LATE: _ORDER,
    Straying.REPEATED: "Find out what was missing the first time and report it as a barrier; if "
    "doing it again is part of good work, let the model repeat it.",
    Straying.UNKNOWN: "Ask whether this work is needed: if so, put it into the model or name it "
    "as out of scope; if not, find out what it makes up for.",
    Straying.NOT_MEANT: "Ask what made it necessary in these cases: what the model forgot belongs "
    "into it, the rest is a behaviour to ask for.",
    Straying.STARTED_LATE: _CUT,
    Straying.ENDED_EARLY: _CUT,
    WRONG_ROLE: "Ask why it is done there: a stand-in who is meant to help belongs in the model, "
    "a missing permission or person is a barrier, the rest is a behaviour to ask for.",
}
MOST_ADVICE = (
    "Most cases do so, which speaks for the people and against the model: change the model, or be "
    "sure why they should work otherwise before asking them to."
)


def _advice(row: DeviationRow, *, most: bool) -> str:
    return MOST_ADVICE if most else ADVICE[row.kind]


def _rules(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    for row in picture.rules:
        share = row.reading.of_cases
        broken = Share(share.denominator - share.numerator, share.denominator)
        if not broken.numerator:
            continue
        yield ProcessFinding(
            kind="rule",
            sentence=f"The rule that {row.sentence} is broken in {share_words(broken, 'cases')}.",
            population="cases in which its occasion occurs",
            share=broken,
            evidence=f"Kept {words.count(row.reading.fulfilments)} of "
            f"{words.count(row.reading.activations)} times that its occasion came.",
            steps=(NextStep.BEHAVIOUR, NextStep.BARRIER, NextStep.MODEL),
            advice="Say to those who do this work why the rule is there, and ask what makes it "
            "hard to keep; a rule that nobody can keep is one to change.",
            weight=broken.numerator / max(picture.summary.cases, 1),
            activity=row.rule.second or row.rule.first,
        )


def _flower(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    found = picture.conformance
    if found is None or found.precision is None:
        return
    if not found.is_flower and found.precision >= LEAST_PRECISION:
        return
    yield ProcessFinding(
        kind="flower model",
        sentence="The model allows nearly everything, so that cases keep to it says little.",
        population="the model",
        share=None,
        evidence="Of what the model allows where cases are, they do "
        f"{words.percent(found.precision)} (precision, escaping edges).",
        steps=(NextStep.MODEL,),
        advice="Draw the way as people would tell it to a new colleague, without steps that may "
        "come at any time.",
        weight=1.0,
    )


def _waiting(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    timed = [row for row in picture.edges if row.median_seconds]
    total = sum(_waited(row) for row in timed)
    if not total:
        return
    most = max(timed, key=_waited)
    if _waited(most) < LEAST_WAITING * total or most.count < FEWEST_CASES:
        return
    share = Share(most.cases, picture.summary.cases)
    yield ProcessFinding(
        kind="waiting",
        sentence=f"Work waits longest between {most.source} and {most.target}: half of the times "
        f"{span(most.median_seconds)} or more.",
        population="cases that go this way",
        share=share,
        evidence=f"{words.plural(most.count, 'time')}, in {share_words(share, 'cases')}; about "
        f"{words.percent(_waited(most) / total)} of the waiting between steps, by medians.",
        steps=(NextStep.BARRIER, NextStep.LOOK),
        advice="Ask what is being waited for: somebody outside, an approval, a batch that runs at "
        "night. What nobody decides to wait for is a barrier.",
        weight=(share.value or 0.0) * _waited(most) / total,
        activity=most.target,
    )


def _waited(row: Edge) -> float:
    return row.count * (row.median_seconds or 0.0)


def _ping_pong(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    for each in picture.handing:
        share = each.ping_pong
        if share.denominator < FEWEST_HANDOVERS or (share.value or 0) < LEAST_PING_PONG:
            continue
        one, many = LEVELS[each.level]
        pair = _hottest(each)
        yield ProcessFinding(
            kind="ping-pong",
            sentence=f"Work goes straight back to the {one} it came from in "
            f"{share_words(share, 'handovers')}.",
            population=f"handovers between {many}",
            share=share,
            evidence=f"{words.amount(each.per_case.mean)} handovers a case. {pair}".strip(),
            steps=(NextStep.BARRIER, NextStep.LOOK, NextStep.MODEL),
            advice="Ask what was missing when it was handed over; what has to be asked back again "
            "and again belongs into the hand-over itself.",
            weight=min(each.per_case.mean, 1.0) * (share.value or 0.0),
        )
        return


def _hottest(each: Handing) -> str:
    """The two between whom most goes to and fro, where they may be named."""
    if each.level is Performer.RESOURCE:
        return ""
    given = {(pair.source, pair.target): pair.count for pair in each.pairs if pair.is_handover}
    both = {
        pair: min(count, given.get((pair[1], pair[0]), 0))
        for pair, count in given.items()
        if pair[0] < pair[1]
    }
    if not both:
        return ""
    one, other = max(both, key=lambda pair: both[pair])
    there, back = given[one, other], given.get((other, one), 0)
    return f"Most between {one} and {other}: {words.count(there)} there, {words.count(back)} back."


def _rework(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    reading = picture.rework
    if (reading.cases.value or 0.0) < LEAST_REWORK or not reading.activities:
        return
    first: ReworkRow = reading.activities[0]
    yield ProcessFinding(
        kind="rework",
        sentence=f"Steps are done again in {share_words(reading.cases, 'cases')}.",
        population="all cases",
        share=reading.cases,
        evidence=f"{words.plural(reading.repeats, 'time')} in all; most often {first.activity}: "
        f"{words.plural(first.repeats, 'time')} in {words.plural(first.cases.numerator, 'case')}.",
        steps=(NextStep.BARRIER, NextStep.BEHAVIOUR, NextStep.MODEL),
        advice="Look at the first time it was done in these cases: what came too late or was "
        "incomplete is a barrier to report.",
        weight=reading.cases.value or 0.0,
        activity=first.activity,
    )


def _alone(picture: ProcessPicture, ground: Ground) -> Iterator[ProcessFinding]:
    """Steps that hang on one pair of hands; the person is never named here."""
    people = ground.performers(Performer.RESOURCE)
    if people is None or picture.summary.resources is None or picture.summary.resources < 5:
        return
    lone = _lone_steps(ground, people)
    if not lone:
        return
    share, name = lone[0]
    cases = next(row.cases for row in picture.activities if row.name == name)
    others = words.listed([other for _, other in lone[1:]])
    also = f" The same holds for {others}." if others else ""
    yield ProcessFinding(
        kind="one pair of hands",
        sentence=f"{name} hangs on one person, who did it {share_words(share, 'times')}.",
        population="times this step was done",
        share=share,
        evidence=f"{words.plural(cases, 'case')} passed this step.{also}",
        steps=(NextStep.BARRIER, NextStep.LOOK),
        advice="If this is a program, say so when people are counted. If not, have somebody else "
        "learn it before the next holiday; if nobody else may, that is a barrier to report.",
        weight=0.5 * cases / max(picture.summary.cases, 1),
        activity=name,
    )


def _lone_steps(ground: Ground, people: Counts) -> list[tuple[Share, str]]:
    """Steps of which one person did nearly all, the most often done first."""
    known = people != NOBODY
    count = int(people.max()) + 1
    codes, times = np.unique(ground.activity[known] * count + people[known], return_counts=True)
    activity = codes // count
    most = np.zeros(ground.kinds, dtype=np.int64)
    np.maximum.at(most, activity, times)
    total = np.bincount(activity, weights=times, minlength=ground.kinds)
    lone = np.flatnonzero((total >= FEWEST_DONE) & (most >= LEAST_ALONE * total)).tolist()
    shares = [(Share(int(most[code]), int(total[code])), ground.names[code]) for code in lone]
    return sorted(shares, key=lambda pair: -pair[0].denominator)


def _recorded(picture: ProcessPicture) -> Iterator[ProcessFinding]:
    for each in picture.recorded:
        if (each.same.value or 0.0) >= LEAST_ALONE:
            continue
        counted = picture.of_level(each.beside)
        mean = words.amount(counted.per_case.mean) if counted else "another number"
        yield ProcessFinding(
            kind="counters disagree",
            sentence=f"The log's own {each.column} agrees with the handovers counted here in "
            f"{share_words(each.same, 'cases')}.",
            population="cases that have both",
            share=each.same,
            evidence=f"By its own counter {words.amount(each.mean)} a case, by who did what {mean} "
            f"between {LEVELS[each.beside][1]}.",
            steps=(NextStep.DATA, NextStep.LOOK),
            advice="A counter that also counts assignments nobody worked on counts more, one that "
            "misses hand-overs without a new assignment less: say which of the two you mean.",
            weight=0.3 * (1 - (each.same.value or 0.0)),
        )


def _stamps(ground: Ground) -> Iterator[ProcessFinding]:
    batch = Share(int(((ground.log.marks & int(Mark.BATCH)) > 0).sum()), len(ground.case))
    if (batch.value or 0.0) < LEAST_BATCH:
        return
    yield ProcessFinding(
        kind="batch stamps",
        sentence=f"{share_words(batch, 'events')} were written in batches: their moment is that of "
        "writing, not of working.",
        population="events",
        share=batch,
        evidence="Ten or more cases within one second by one hand; durations and waiting around "
        "these events say when it was entered.",
        steps=(NextStep.DATA, NextStep.BEHAVIOUR),
        advice="Ask whether work is written down when it is done or at the end of the day or week; "
        "only then do durations tell how long work takes.",
        weight=0.5 * (batch.value or 0.0),
    )
