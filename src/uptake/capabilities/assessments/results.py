"""What a survey tells: each wave that is over, by statement, norm and team, and what moved since.

A wave is told once it is over, so that no single answer can be seen to arrive. Groups, and answers
to a statement, that are fewer than the smallest group are hidden, and with them what could be
worked out from the whole.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.timezone import localdate

from uptake.capabilities.assessments.instrument import Norm, Statement
from uptake.capabilities.assessments.models import Cut, Survey, Tally, Wave
from uptake.capabilities.assessments.queries import instrument_of
from uptake.capabilities.assessments.tallying import given, told_of, told_straight
from uptake.methods.assessment.opinions import (
    ALIKE,
    Mean,
    Move,
    Opinion,
    mean_move,
    mean_of,
    opinion,
    share_move,
    turned,
)
from uptake.methods.statistics.discoveries import RATE, false_discovery_rates
from uptake.methods.statistics.proportions import Share


@dataclass(frozen=True, slots=True)
class StatementTold:
    """What was answered to a statement, turned so that agreeing is good.

    ``opinion`` None: too few could say. ``move`` None: not asked the wave before, or too few then;
    ``is_moved``: it did, false discoveries among all statements kept to one in ten.
    """

    statement: Statement
    opinion: Opinion | None
    move: Move | None
    is_moved: bool


@dataclass(frozen=True, slots=True)
class NormTold:
    """How far people live by a norm, 1 to 5: the mean of people's means of its statements.

    ``mean`` None: too few could say. ``move`` is of the statements asked both times; ``is_moved``:
    it did, false discoveries among all norms kept to one in ten.
    ``leaders`` and ``others``: the same of those whom others report to, and of everybody else.
    """

    norm: Norm
    mean: Mean | None
    move: Move | None
    is_moved: bool
    leaders: Mean | None
    others: Mean | None
    gap: Move | None
    statements: tuple[StatementTold, ...]


@dataclass(frozen=True, slots=True)
class GroupTold:
    """What one team said: its answers of those asked, and the mean of each norm by its key."""

    name: str
    answered: Share
    norms: Mapping[str, Mean | None]


@dataclass(frozen=True, slots=True)
class WaveTold:
    """A wave that is over. ``norms`` empty: too few answered to tell anything.

    ``hidden``: teams with too few asked or answers. ``straight``: who chose the same point
    everywhere; None where they are few enough to be guessed.
    """

    wave: Wave
    answered: Share
    norms: tuple[NormTold, ...]
    groups: tuple[GroupTold, ...]
    hidden: int
    straight: int | None

    @property
    def is_told(self) -> bool:
        """Whether enough people answered."""
        return bool(self.norms)

    @property
    def scattered(self) -> int:
        """Of how many statements the answers agree too little for a mean to stand for all."""
        opinions = (each.opinion for norm in self.norms for each in norm.statements)
        return sum(o is not None and o.alike is not None and o.alike < ALIKE for o in opinions)


def waves_told(survey: Survey, day: date | None = None) -> tuple[WaveTold, ...]:
    """Return the waves that are over, the newest first, each beside the one told before it."""
    today = day or localdate()
    over = survey.waves.filter(last_day__lt=today).select_related("questions", "survey__workspace")
    found: list[WaveTold] = []
    before: WaveAnswers | None = None
    for wave in over.order_by("number"):
        answers = WaveAnswers.of(wave)
        told = _told(answers, before)
        found.append(told)
        before = answers if told.is_told else before
    return tuple(reversed(found))


@dataclass(frozen=True, slots=True)
class WaveAnswers:
    """What was answered in a wave, and what was asked; ``fewest``: of the smallest group told.

    ``all``: None where too few answered to tell anything; ``parts`` that can be told.
    """

    wave: Wave
    norms: tuple[Norm, ...]
    answered: Share
    all: Tally | None
    parts: tuple[Tally, ...]
    fewest: int

    @classmethod
    def of(cls, wave: Wave) -> WaveAnswers:
        """Return what was answered in a wave."""
        norms = tuple(each for each in instrument_of(wave.questions).norms if each.statements)
        fewest = wave.survey.workspace.minimum_group
        tallies = list(wave.tallies.all())
        everybody = next(each for each in tallies if each.cut == Cut.ALL)
        told = told_of(tallies, fewest=fewest) if everybody.counts else []
        whole, parts = (told[0], told[1:]) if told else (None, [])
        return cls(wave, norms, _answered(everybody), whole, tuple(parts), fewest)

    def part(self, cut: Cut) -> Tally | None:
        """Those who lead people, or everybody else; None where either are too few."""
        return next((each for each in self.parts if each.cut == cut), None)

    def norm_of(self, statement: Statement) -> Norm | None:
        """The norm that a statement was asked for, None where it was not."""
        return next((each for each in self.norms if statement in each.statements), None)

    def to(self, statement: Statement) -> list[int | None]:
        """Everybody's answers to a statement, turned."""
        norm = self.norm_of(statement)
        if norm is None or self.all is None:
            return []
        place = norm.statements.index(statement)
        return [
            turned(answer[place], is_reversed=statement.is_reversed)
            for answer, often in given(self.all, norm)
            for _ in range(often)
        ]

    def means(
        self, norm: Norm, tally: Tally | None, statements: Sequence[Statement] = ()
    ) -> list[float]:
        """The mean of a norm's statements, or some, of each who could say anything of them."""
        if tally is None:
            return []
        asked = [(norm.statements.index(each), each) for each in statements or norm.statements]
        found = []
        for answer, often in given(tally, norm):
            said = (turned(answer[place], is_reversed=each.is_reversed) for place, each in asked)
            known = [each for each in said if each is not None]
            if known:
                found += [sum(known) / len(known)] * often
        return found

    def enough(self, values: Sequence[float]) -> Mean | None:
        """Their mean, unless too few could say."""
        return mean_of(values) if len(values) >= self.fewest else None


def _answered(tally: Tally) -> Share:
    return Share(tally.answered, max(tally.asked, tally.answered))


def _told(now: WaveAnswers, before: WaveAnswers | None) -> WaveTold:
    if now.all is None:
        return WaveTold(now.wave, now.answered, (), (), 0, None)
    teams = sorted((each for each in now.parts if each.cut == Cut.TEAM), key=lambda each: each.team)
    asked = now.wave.asked.order_by().values("team").distinct().count()
    return WaveTold(
        wave=now.wave,
        answered=now.answered,
        norms=_norms(now, before),
        groups=tuple(_group(now, each) for each in teams),
        hidden=max(asked - len(teams), 0),
        straight=told_straight(now.all, fewest=now.fewest),
    )


def _norms(now: WaveAnswers, before: WaveAnswers | None) -> tuple[NormTold, ...]:
    statements = [each for norm in now.norms for each in norm.statements]
    told = {each.statement.key: each for each in _statements(now, before, statements)}
    moves = [norm_move(before, now, each) if before else None for each in now.norms]
    return tuple(
        _norm(now, norm, (move, moved), tuple(told[each.key] for each in norm.statements))
        for norm, move, moved in zip(now.norms, moves, _moved(moves), strict=True)
    )


def _moved(moves: Sequence[Move | None]) -> list[bool]:
    rates = false_discovery_rates([move.p_value if move else None for move in moves])
    return [
        rate is not None and rate <= RATE and move is not None and move.is_told_apart
        for rate, move in zip(rates, moves, strict=True)
    ]


def _statements(
    now: WaveAnswers, before: WaveAnswers | None, statements: Sequence[Statement]
) -> list[StatementTold]:
    opinions = [_opinion(now, each) for each in statements]
    earlier = [_opinion(before, each) if before else None for each in statements]
    moves = [
        share_move(first.agree, second.agree) if first and second else None
        for first, second in zip(earlier, opinions, strict=True)
    ]
    return [
        StatementTold(*each)
        for each in zip(statements, opinions, moves, _moved(moves), strict=True)
    ]


def _opinion(answers: WaveAnswers, statement: Statement) -> Opinion | None:
    found = opinion(answers.to(statement))
    return found if found.agree.denominator >= answers.fewest else None


def _norm(
    now: WaveAnswers,
    norm: Norm,
    moved: tuple[Move | None, bool],
    told: tuple[StatementTold, ...],
) -> NormTold:
    leaders = now.means(norm, now.part(Cut.LEADS))
    others = now.means(norm, now.part(Cut.OTHERS))
    is_split = min(len(leaders), len(others)) >= now.fewest
    return NormTold(
        norm=norm,
        mean=now.enough(now.means(norm, now.all)),
        move=moved[0],
        is_moved=moved[1],
        leaders=mean_of(leaders) if is_split else None,
        others=mean_of(others) if is_split else None,
        gap=mean_move(others, leaders) if is_split else None,
        statements=told,
    )


def norm_move(before: WaveAnswers, after: WaveAnswers, norm: Norm) -> Move | None:
    """Return how the mean of the norm's statements that were asked both times moved."""
    first, second = (_asked_as(norm, each) for each in (before, after))
    if first is None or second is None:
        return None
    shared = (first.statements, second.statements)
    both = [each for each in norm.statements if all(each in asked for asked in shared)]
    if not both:
        return None
    was, now = before.means(first, before.all, both), after.means(second, after.all, both)
    if min(len(was), len(now)) < max(before.fewest, after.fewest):
        return None
    return mean_move(was, now)


def _asked_as(norm: Norm, answers: WaveAnswers) -> Norm | None:
    return next((each for each in answers.norms if each.key == norm.key), None)


def _group(now: WaveAnswers, team: Tally) -> GroupTold:
    return GroupTold(
        name=team.team,
        answered=_answered(team),
        norms={norm.key: now.enough(now.means(norm, team)) for norm in now.norms},
    )
