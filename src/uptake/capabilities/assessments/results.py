"""What a survey tells: each wave that is over, by statement, norm and team, and what moved since.

A wave is told once it is over, so that no single answer can be seen to arrive. Groups, and answers
to a statement, that are fewer than the smallest group are hidden, and with them what could be
worked out from the whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Count
from django.utils.timezone import localdate

from uptake.capabilities.assessments.instrument import Norm, Statement
from uptake.capabilities.assessments.models import Reply, Survey, Wave
from uptake.capabilities.assessments.queries import instrument_of
from uptake.foundation.privacy import shown_groups
from uptake.methods.assessment.opinions import (
    ALIKE,
    Mean,
    Move,
    Opinion,
    mean_move,
    mean_of,
    opinion,
    share_move,
    straight,
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

    ``hidden``: teams with too few answers. ``straight``: who chose the same point everywhere; None
    where they are few enough to be guessed.
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
    """The replies of a wave, and what was asked; ``fewest``: of the smallest group told."""

    wave: Wave
    norms: tuple[Norm, ...]
    replies: tuple[Reply, ...]
    fewest: int

    @classmethod
    def of(cls, wave: Wave) -> WaveAnswers:
        """Return the replies of a wave."""
        norms = tuple(each for each in instrument_of(wave.questions).norms if each.statements)
        fewest = wave.survey.workspace.minimum_group
        return cls(wave, norms, tuple(wave.replies.all()), fewest)

    def to(self, statement: Statement) -> list[int | None]:
        """Everybody's answers to a statement, turned."""
        return [_said(reply, statement) for reply in self.replies]

    def means(
        self,
        statements: Sequence[Statement],
        among: Callable[[Reply], bool] = lambda _reply: True,
    ) -> list[float]:
        """The mean of some statements of each person who could say anything of them."""
        found = []
        for reply in filter(among, self.replies):
            said = [_said(reply, each) for each in statements]
            known = [each for each in said if each is not None]
            if known:
                found.append(sum(known) / len(known))
        return found

    def enough(self, values: Sequence[float]) -> Mean | None:
        """Their mean, unless too few could say."""
        return mean_of(values) if len(values) >= self.fewest else None


def _said(reply: Reply, statement: Statement) -> int | None:
    return turned(reply.answers.get(statement.key), is_reversed=statement.is_reversed)


def _told(now: WaveAnswers, before: WaveAnswers | None) -> WaveTold:
    asked = dict(now.wave.asked.order_by().values_list("team").annotate(n=Count("pk")))
    everybody = max(sum(asked.values()), len(now.replies))
    answered = Share(len(now.replies), everybody)
    if len(now.replies) < now.fewest:
        return WaveTold(now.wave, answered, (), (), 0, None)
    shown, hidden = shown_groups((each.team for each in now.replies), fewest=now.fewest)
    same = sum(straight(list(each.answers.values())) for each in now.replies)
    is_few = 0 < same < now.fewest or 0 < len(now.replies) - same < now.fewest
    return WaveTold(
        wave=now.wave,
        answered=answered,
        norms=_norms(now, before),
        groups=tuple(_group(now, name, asked.get(name, 0)) for name in sorted(shown)),
        hidden=hidden,
        straight=None if is_few else same,
    )


def _norms(now: WaveAnswers, before: WaveAnswers | None) -> tuple[NormTold, ...]:
    statements = [each for norm in now.norms for each in norm.statements]
    told = {each.statement.key: each for each in _statements(now, before, statements)}
    moves = [norm_move(before, now, each.statements) if before else None for each in now.norms]
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
    if not _asks(answers, statement):
        return None
    found = opinion(answers.to(statement))
    return found if found.agree.denominator >= answers.fewest else None


def _asks(answers: WaveAnswers, statement: Statement) -> bool:
    return any(each == statement for norm in answers.norms for each in norm.statements)


def _norm(
    now: WaveAnswers,
    norm: Norm,
    moved: tuple[Move | None, bool],
    told: tuple[StatementTold, ...],
) -> NormTold:
    leaders = now.means(norm.statements, lambda reply: reply.leads)
    others = now.means(norm.statements, lambda reply: not reply.leads)
    is_split = min(len(leaders), len(others)) >= now.fewest
    return NormTold(
        norm=norm,
        mean=now.enough(now.means(norm.statements)),
        move=moved[0],
        is_moved=moved[1],
        leaders=mean_of(leaders) if is_split else None,
        others=mean_of(others) if is_split else None,
        gap=mean_move(others, leaders) if is_split else None,
        statements=told,
    )


def norm_move(
    before: WaveAnswers, after: WaveAnswers, statements: Sequence[Statement]
) -> Move | None:
    """Return how the mean of the statements that were asked both times moved."""
    both = [each for each in statements if _asks(before, each) and _asks(after, each)]
    first, second = before.means(both), after.means(both)
    if min(len(first), len(second)) < max(before.fewest, after.fewest):
        return None
    return mean_move(first, second)


def _group(now: WaveAnswers, name: str, asked: int) -> GroupTold:
    def is_theirs(reply: Reply) -> bool:
        return reply.team == name

    many = sum(map(is_theirs, now.replies))
    return GroupTold(
        name=name,
        answered=Share(many, max(asked, many)),
        norms={norm.key: now.enough(now.means(norm.statements, is_theirs)) for norm in now.norms},
    )
