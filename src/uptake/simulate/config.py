"""What a simulated vendor is made of: the settings, checked once."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, timedelta
from enum import StrEnum

from uptake.store.errors import UptakeError

SMALLEST_ACCOUNT = 8
SHORTEST_RUN = 26


class SimulatedKind(StrEnum):
    """Whose view is simulated: a vendor's of its customers, or a company's of its units."""

    VENDOR = "vendor"
    BUYER = "buyer"


class InvalidSimulation(UptakeError):
    """The settings cannot describe a vendor; the message says which one to change."""


@dataclass(frozen=True, slots=True)
class SimulationConfig:
    """Settings of one simulated vendor; the same settings always give the same bytes.

    ``people`` counts everyone ever employed in the run, starters and leavers included.
    ``events_per_person_week`` is the number of events of a fully ramped person in a full week.
    ``kind`` says what an account is called: a customer of a vendor, or a business unit of a buyer.
    """

    accounts: int = 40
    people: int = 6_000
    weeks: int = 78
    seed: int = 7
    start: date = date(2025, 1, 6)
    events_per_person_week: float = 24.0
    kind: SimulatedKind = SimulatedKind.VENDOR

    def __post_init__(self) -> None:
        if self.accounts < 1:
            raise InvalidSimulation("Ask for at least one account.")
        if self.people < SMALLEST_ACCOUNT * self.accounts:
            wanted = SMALLEST_ACCOUNT * self.accounts
            raise InvalidSimulation(
                f"{self.accounts} accounts need at least {wanted} people "
                f"({SMALLEST_ACCOUNT} each); ask for more people or fewer accounts."
            )
        if self.weeks < SHORTEST_RUN:
            raise InvalidSimulation(f"Ask for at least {SHORTEST_RUN} weeks.")
        if self.seed < 0:
            raise InvalidSimulation("Give a seed of 0 or more.")
        if self.start.weekday() != 0:
            raise InvalidSimulation(f"Start on a Monday; {self.start} is not one.")
        if not 1 <= self.events_per_person_week <= 1_000:
            raise InvalidSimulation("Give between 1 and 1000 events per person and week.")

    def monday(self, week: int) -> date:
        """Return the Monday on which ``week`` begins (week 0 begins at ``start``)."""
        return self.start + timedelta(weeks=int(week))

    def sunday(self, week: int) -> date:
        """Return the last day of ``week``."""
        return self.monday(week) + timedelta(days=6)

    def as_dict(self) -> dict[str, object]:
        """Return the settings in the form the truth file keeps."""
        return {**asdict(self), "start": self.start.isoformat(), "kind": str(self.kind)}
