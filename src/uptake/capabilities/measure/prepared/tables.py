"""Who is in which cell of a table in a window, and which cells may not be shown."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from uptake.capabilities.measure.disclosure import (
    Account,
    Group,
    hidden_crossings,
    hidden_groups,
)
from uptake.capabilities.measure.prepared.headcount import Headcount
from uptake.capabilities.measure.privacy import (
    Line,
    hidden_cells,
    may_filter,
    protect,
    rest_of,
)
from uptake.capabilities.measure.questions import OF_ACCOUNTS, Filter, Split
from uptake.metrics.measurement import Measurement, Window
from uptake.metrics.scope import Grouping

WHOLE = ""
"""Names the account itself among its groups."""

Pair = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cells:
    """People by account and group, and the cells that are hidden."""

    sizes: Mapping[tuple[str, str], int]
    hidden: frozenset[tuple[str, str]]
    minimum_people: int

    def shown(self, number: Measurement, account: str, group: str) -> Measurement:
        """Return the number of a cell as it may be shown."""
        people = self.sizes.get((account, group))
        return protect(
            number,
            number.people if people is None else people,
            hidden=(account, group) in self.hidden,
            minimum_people=self.minimum_people,
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """What no page may show of each account: decided once, over the people of one window."""

    groups: Mapping[str, frozenset[Group]]
    accounts: Mapping[str, Account]

    @classmethod
    def of(cls, heads: Headcount, window: Window, minimum_people: int) -> Plan:
        """Decide for every account."""
        accounts = {
            name: Account(atoms, minimum_people) for name, atoms in heads.atoms(window).items()
        }
        return cls({name: hidden_groups(account) for name, account in accounts.items()}, accounts)

    def hidden(self, account: str, by: Grouping) -> frozenset[str]:
        """Names of the groups of an account that are hidden."""
        return frozenset(name for of, name in self.groups.get(account, ()) if of is by)

    def crossed(self, account: str, filtered: Group, by: Grouping) -> frozenset[str]:
        """Names of the groups that may not be shown of the people of another group."""
        known = self.accounts.get(account)
        if known is None:
            return frozenset()
        concealed = hidden_crossings(known, self.groups[account])
        pairs = [(cell.one, cell.other) for cell in concealed]
        named = [*pairs, *((other, one) for one, other in pairs)]
        return frozenset(name for (of, name), group in named if of is by and group == filtered)


class InsideAccounts:
    """Tables of all accounts: split by one attribute of people, filtered by another, or both."""

    def __init__(
        self, heads: Headcount, plan: Plan, *, split_by: Grouping | None, wanted: Filter | None
    ) -> None:
        self.heads, self.plan, self.split_by, self.wanted = heads, plan, split_by, wanted
        self._crossed: dict[str, frozenset[str]] = {}

    def cells(self, window: Window, minimum_people: int) -> Cells:
        """Return who is where in a window."""
        totals = self.heads.by_account(window)
        asked = [self.wanted.by.grouping if self.wanted else None, self.split_by]
        by = [grouping for grouping in asked if grouping is not None]
        groups = self.heads.within_accounts(window, *by) if by else {}
        whole = self.heads.within_accounts(window, by[0]) if by else {}
        sizes: dict[tuple[str, str], int] = {}
        hidden: set[tuple[str, str]] = set()
        for account, total in totals.items():
            table = _Table(account, total, whole.get(account, {}), minimum_people)
            found, concealed = self._of(table, groups.get(account, {}))
            sizes |= {(account, name): people for name, people in found.items()}
            hidden |= {(account, name) for name in concealed}
        return Cells(sizes, frozenset(hidden), minimum_people)

    def _of(self, table: _Table, groups: Mapping[Pair, int]) -> tuple[dict[str, int], set[str]]:
        """Sizes of the groups that were asked for, and which of them are hidden."""
        if self.wanted is None:
            if self.split_by is None:
                few = table.total < table.minimum_people
                return {WHOLE: table.total}, {WHOLE} if few else set()
            found = {name: people for (name, *_), people in groups.items()}
            also = self.plan.hidden(table.account, self.split_by)
            return found, table.concealed(found, table.total, also)
        if self.split_by is None:
            return self._filtered(table, self.wanted)
        return self._crossing(table, groups, self.wanted, self.split_by)

    def _filtered(self, table: _Table, wanted: Filter) -> tuple[dict[str, int], set[str]]:
        sizes = {name: people for (name, *_), people in table.whole.items()}
        also = self.plan.hidden(table.account, wanted.by.grouping)
        gone = table.concealed(sizes, table.total, also)
        matching = sizes.get(wanted.value, 0)
        allowed = may_filter(matching, table.total, table.minimum_people)
        return {WHOLE: matching}, set() if allowed and wanted.value not in gone else {WHOLE}

    def _crossing(
        self, table: _Table, groups: Mapping[Pair, int], wanted: Filter, split_by: Grouping
    ) -> tuple[dict[str, int], set[str]]:
        account = table.account
        if account not in self._crossed:
            group = (wanted.by.grouping, wanted.value)
            self._crossed[account] = self.plan.crossed(account, group, split_by)
        sizes = {name: n for (value, name, *_), n in groups.items() if value == wanted.value}
        return sizes, table.concealed(
            sizes, table.whole.get((wanted.value,), 0), self._crossed[account]
        )


@dataclass(frozen=True, slots=True)
class _Table:
    """One account in one window: its people, and those of each group of the first attribute."""

    account: str
    total: int
    whole: Mapping[Pair, int]
    minimum_people: int

    def concealed(self, sizes: Mapping[str, int], total: int, also: Iterable[str]) -> set[str]:
        """What may not be shown beside a total, with what is hidden anyway."""
        line = Line(tuple(sizes), rest_of(total, sizes.values()))
        known = [name for name in also if name in sizes]
        return set(hidden_cells(sizes, [line], also=known, minimum_people=self.minimum_people))


@dataclass(frozen=True, slots=True)
class Across:
    """People by group across accounts; ``mixed`` groups hold people who are hidden elsewhere."""

    sizes: Mapping[str, int]
    mixed: frozenset[str]

    @classmethod
    def of(
        cls,
        heads: Headcount,
        window: Window,
        by: Split | None,
        segments: Mapping[str, str],
        *,
        plan: Plan,
        minimum: int,
    ) -> Across:
        """Return who is where in a window."""
        totals = heads.by_account(window)
        if by is None or by in OF_ACCOUNTS:
            return cls._of_accounts(totals, by, segments, minimum)
        sizes: dict[str, int] = defaultdict(int)
        mixed: set[str] = set()
        for account, groups in heads.within_accounts(window, by.grouping).items():
            found = {name: people for (name, *_), people in groups.items()}
            table = _Table(account, totals.get(account, 0), {}, minimum)
            mixed |= table.concealed(found, table.total, plan.hidden(account, by.grouping))
            for name, people in found.items():
                sizes[name] += people
        return cls(sizes, frozenset(mixed))

    @classmethod
    def _of_accounts(
        cls, totals: Mapping[str, int], by: Split | None, segments: Mapping[str, str], minimum: int
    ) -> Across:
        if by is Split.ACCOUNT:
            return cls(totals, frozenset())
        sizes: dict[str, int] = defaultdict(int)
        mixed: set[str] = set()
        for account, people in totals.items():
            name = WHOLE if by is None else segments.get(account, "")
            sizes[name] += people
            if 0 < people < minimum:
                mixed.add(name)
        return cls(sizes, frozenset(mixed))
