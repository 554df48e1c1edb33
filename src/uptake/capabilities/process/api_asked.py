"""What part of a process is asked for over the API: the same names as in the addresses of pages."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from pydantic import Field

from uptake.capabilities.process.asked import Asked as AskedCases
from uptake.foundation.api.paging import Paging
from uptake.foundation.api.shapes import Asked


class Selection(Asked):
    """Which cases; nothing said: all of them. The same names as in the addresses of pages."""

    begins: Annotated[date | None, Field(alias="from")] = None
    """Cases that began from this day."""
    ends: Annotated[date | None, Field(alias="to")] = None
    """Cases that began until this day."""
    account: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Cases that passed through this account."""
    group: Annotated[str, Field(max_length=500, examples=[""])] = ""
    """Cases that passed through this team."""
    has: Annotated[str, Field(alias="with", max_length=1_000, examples=[""])] = ""
    """Cases with this activity."""
    lacks: Annotated[str, Field(alias="without", max_length=1_000, examples=[""])] = ""
    """Cases without this activity."""
    variant: Annotated[str, Field(max_length=40, examples=[""])] = ""
    """Cases that ran in one way, by its key."""
    deviation: Annotated[str, Field(max_length=40, examples=[""])] = ""
    """Cases that stray in one way, by its key."""
    since: date | None = None
    """Drift from the intended role from this day on; null: after the reference, or the second half
    of the steps."""
    until: date | None = None
    """The last day that is looked at for drift."""
    reference_from: date | None = None
    """The first day of the reference for drift."""
    reference_until: date | None = None
    """The last day of the reference; null: the day before the later span."""
    model: Annotated[int, Field(ge=0, le=1_000_000)] = 0
    """Beside the version with this number; 0: the one in force."""

    @property
    def asked(self) -> AskedCases:
        """The same for whoever looks."""
        return AskedCases(
            begins=self.begins,
            ends=self.ends,
            organisation=self.account,
            group=self.group,
            has=self.has,
            lacks=self.lacks,
            variant=self.variant,
            deviation=self.deviation,
            model=self.model,
            since=self.since,
            until=self.until,
            reference_from=self.reference_from,
            reference_until=self.reference_until,
        )


class PagedSelection(Selection, Paging):
    """Which cases, and which part of their list."""
