"""Whether a reminder helps: met among the reminded, and among a tenth that was held out by chance.

Everybody counts as they were drawn, whether or not a message arrived. A person and a period count
once. Nothing is told of fewer people on either side than the smallest group.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from uptake.capabilities.reminders.models import Reminded, Reminder
from uptake.methods.behaviour.reminding import Lift, lift
from uptake.methods.statistics.proportions import Share

ENOUGH = 200
"""So many person-periods on each side before a verdict: few, looked at every week, would sooner or
later cross the line by chance."""

Drawn = dict[tuple[int, date], bool]
"""Whether a person met a period, by the two."""


@dataclass(frozen=True, slots=True)
class MeasuredLift:
    """The effect of one wording; ``missing`` says why there is none, ``lift`` is None then.

    ``reminded`` and ``held_out``: person-periods that are over and could be judged.
    """

    version: int
    reminded: int
    held_out: int
    lift: Lift | None
    missing: str = ""

    @property
    def is_early(self) -> bool:
        """Whether too few were drawn for a verdict that is looked at again and again."""
        return min(self.reminded, self.held_out) < ENOUGH

    @property
    def is_clear(self) -> bool | None:
        """Whether it helps (True), harms (False), or neither can be said (None)."""
        found = self.lift.interval if self.lift else None
        if found is None or self.is_early or found.low <= 0 <= found.high:
            return None
        return found.low > 0

    @property
    def sentence(self) -> str:
        """The effect in words."""
        if self.lift is None or self.lift.lift is None or self.lift.interval is None:
            return self.missing
        points = self.lift.lift * 100
        low, high = self.lift.interval.low * 100, self.lift.interval.high * 100
        return (
            f"{_signed(points)} percentage points ({_signed(low)} to {_signed(high)}) against "
            f"those who were held out. {self._verdict}"
        )

    @property
    def _verdict(self) -> str:
        if self.is_early:
            return f"Too early to say: it takes {ENOUGH} people and periods on each side."
        said = {True: "It helps.", False: "It does harm.", None: "That may still be chance."}
        return said[self.is_clear]


def _signed(points: float) -> str:
    return f"{round(points):+d}" if round(points) else "0"


def lift_of(reminder: Reminder, *, fewest: int) -> MeasuredLift:
    """Return the effect of the wording in force."""
    if reminder.is_to_a_group:
        missing = "Not measurable: a channel reaches everybody, so nobody can be held out."
        return MeasuredLift(reminder.version, 0, 0, None, missing)
    rows = Reminded.objects.filter(reminder=reminder, version=reminder.version, met__isnull=False)
    told = rows.values_list("person_id", "period", "is_held_out", "met")
    return measured(reminder.version, told.distinct().order_by(), fewest=fewest)


def measured(
    version: int, rows: Iterable[tuple[int, date, bool, bool | None]], *, fewest: int
) -> MeasuredLift:
    """Return the effect of a wording from who was drawn for what and met it or not."""
    drawn: dict[bool, Drawn] = {True: {}, False: {}}
    for person, period, is_held_out, met in rows:
        drawn[is_held_out][person, period] = bool(met)
    reminded, held_out = drawn[False], drawn[True]
    people = [len({person for person, _period in side}) for side in (reminded, held_out)]
    if min(people) < fewest:
        missing = (
            f"Not yet measurable: it takes at least {fewest} people on each side, those reminded "
            "and those held out."
        )
        return MeasuredLift(version, len(reminded), len(held_out), None, missing)
    found = lift(_share(reminded), _share(held_out))
    return MeasuredLift(version, len(reminded), len(held_out), found)


def _share(side: Drawn) -> Share:
    return Share(sum(side.values()), len(side))
