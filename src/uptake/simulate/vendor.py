"""A simulated vendor: its tables, its truth and its stream of events."""

from __future__ import annotations

from collections.abc import Iterator

import pyarrow as pa

from uptake.simulate import tables
from uptake.simulate.activity import realise
from uptake.simulate.config import SimulationConfig
from uptake.simulate.events import account_batches
from uptake.simulate.plan import Plan, build_plan
from uptake.simulate.summary import AccountSummary, summarise
from uptake.simulate.truth import people_truth, truth_of


class SimulatedVendor:
    """One vendor with known truth; everything in it is simulated and says so.

    Tables and truth are worked out when first asked for; ``batches`` holds one account at a time.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self._summaries: tuple[AccountSummary, ...] | None = None

    @property
    def config(self) -> SimulationConfig:
        """The settings."""
        return self.plan.config

    @property
    def summaries(self) -> tuple[AccountSummary, ...]:
        """What is kept of every account's run."""
        if self._summaries is None:
            self.keep(
                tuple(summarise(self.plan, realise(self.plan, a)) for a in self.plan.accounts)
            )
        return self._summaries or ()

    def keep(self, summaries: tuple[AccountSummary, ...]) -> None:
        """Take over summaries that were worked out while the events were written."""
        self._summaries = summaries

    def batches(self) -> Iterator[pa.RecordBatch]:
        """Return the events in the canonical schema, account by account, in order of time."""
        for account in self.plan.accounts:
            yield from account_batches(self.plan, account)

    @property
    def accounts(self) -> pa.Table:
        """Customer accounts."""
        return tables.accounts_table(self.plan)

    @property
    def people(self) -> pa.Table:
        """Everyone ever employed."""
        return tables.people_table(self.plan, self.summaries)

    @property
    def contracts(self) -> pa.Table:
        """Contract terms with their outcomes."""
        return tables.contracts_table(self.plan, self.summaries)

    @property
    def products(self) -> pa.Table:
        """Products, modules and actions."""
        return tables.products_table()

    @property
    def seats(self) -> pa.Table:
        """Seats by person and product."""
        return tables.seats_table(self.plan, self.summaries)

    @property
    def deployments(self) -> pa.Table:
        """Go-lives by account and product."""
        return tables.deployments_table(self.plan)

    @property
    def profiles(self) -> pa.Table:
        """Expected actions by role."""
        return tables.profiles_table(self.plan)

    @property
    def changes(self) -> pa.Table:
        """Organisational changes and releases."""
        return tables.changes_table(self.plan)

    @property
    def barriers(self) -> pa.Table:
        """Reported barriers."""
        return tables.barriers_table(self.plan)

    @property
    def plays(self) -> pa.Table:
        """Plays by team."""
        return tables.plays_table(self.plan)

    @property
    def truth(self) -> dict[str, object]:
        """Everything planted."""
        return truth_of(self.plan, self.summaries)

    @property
    def people_truth(self) -> pa.Table:
        """What is true of each person."""
        return people_truth(self.plan, self.summaries)


def simulate(config: SimulationConfig | None = None) -> SimulatedVendor:
    """Plan a vendor; nothing is generated until it is asked for."""
    return SimulatedVendor(build_plan(config or SimulationConfig()))
