"""The states of adoption, and what has to be measured to tell them apart."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from uptake.methods.statistics.proportions import Share


class AdoptionState(StrEnum):
    """A state of adoption; failure states in order of severity, then the answers that blame nobody.

    ``plain`` says it in everyday words.
    """

    NO_DATA = "no_data"
    IDLE = "idle"
    BARELY_USED = "barely_used"
    WRONG_WAY = "wrong_way"
    BAD_DATA = "bad_data"
    WORKING = "working"
    NOT_MEASURABLE = "not_measurable"
    NOT_YET_DUE = "not_yet_due"

    @property
    def plain(self) -> str:
        """The state in everyday words."""
        return _PLAIN[self]

    @property
    def is_failure(self) -> bool:
        """Whether the state is one of the five failure states."""
        return self in _FAILURES

    @property
    def severity(self) -> int:
        """Place in the order of severity: 0 is the worst, working is 5, no answer comes last."""
        return list(AdoptionState).index(self)


_PLAIN = {
    AdoptionState.NO_DATA: "no data entered",
    AdoptionState.IDLE: "sitting idle",
    AdoptionState.BARELY_USED: "barely used",
    AdoptionState.WRONG_WAY: "used in the wrong way",
    AdoptionState.BAD_DATA: "bad data entered",
    AdoptionState.WORKING: "working",
    AdoptionState.NOT_MEASURABLE: "cannot be said from this data",
    AdoptionState.NOT_YET_DUE: "too early to say",
}
_FAILURES = (
    AdoptionState.NO_DATA,
    AdoptionState.IDLE,
    AdoptionState.BARELY_USED,
    AdoptionState.WRONG_WAY,
    AdoptionState.BAD_DATA,
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was measured about one group and one system, up to one day; None means not measured.

    ``people`` are those in scope: expected to use the system. A *record* is a value action: one
    that the role's expected profile asks for. All windows are the last 28 days.
    """

    people: int
    """People in scope."""
    active28: int
    """Of those, people with at least one value action."""
    records28: int
    """Value actions."""
    records_ever: int
    """Value actions since the source began."""
    other_events28: int = 0
    """Events that are not value actions: sign-ins, views."""
    days_since_last_record: int | None = None
    """Days since the last value action; None when there never was one."""
    days_since_go_live: int | None = None
    """Days since go-live, negative before it; None when no go-live is known."""
    source_delivers: bool = True
    """Whether the source delivered anything for anybody in the window."""
    artefacts: tuple[str, ...] = ()
    """Sentences of artefacts of extraction that make the window unfit to judge this group."""
    entitled: int | None = None
    """Seats the contract gives; they judge nothing and are named where few people are active."""
    frequency: float | None = None
    """Median over people in scope of active days / expected active days, 0-1."""
    breadth: Share | None = None
    """Expected actions used at all, of the actions expected."""
    conformance: Share | None = None
    """Work that follows the intended process."""
    timeliness: Share | None = None
    """Records written inside the agreed window."""
    quality: Share | None = None
    """Records right the first time."""

    def __post_init__(self) -> None:
        if min(self.people, self.active28, self.records28, self.records_ever) < 0:
            raise ValueError("Evidence counts things: none of the counts can be negative.")
        if self.active28 > self.people:
            raise ValueError("There cannot be more active people in scope than people in scope.")

    @property
    def activity(self) -> Share:
        """Active people of people in scope."""
        return Share(self.active28, self.people)
