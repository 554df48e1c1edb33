"""Who depends on whose records, in plain words for pages, the API and My week."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.records.dependence import (
    WEEKS,
    Dependence,
    FieldHit,
    OwnUse,
    own_use,
    read_kept,
)
from uptake.capabilities.records.models import DataStandard, Judgement, Outcome, Status
from uptake.capabilities.records.queries import judgement_of, newest
from uptake.foundation.models import Workspace
from uptake.ui import words

MOST_HITS = 12


@dataclass(frozen=True, slots=True)
class ShownUses:
    """What is told of who depends on whose records."""

    found: Dependence
    sentence: str

    @property
    def hits(self) -> tuple[FieldHit, ...]:
        """What hits whom, the largest first."""
        return self.found.hits[:MOST_HITS]

    @property
    def hidden(self) -> str:
        """How much is not told, and why."""
        flows = words.plural(self.found.hidden_flows, "flow")
        hits = words.plural(self.found.hidden_hits, "hit")
        return f"{flows} and {hits} that would speak of too few people are hidden."


def shown_uses(judgement: Judgement | None) -> ShownUses | None:
    """Return what may be told of who used whose records; None where nothing may, or is known."""
    if judgement is None or judgement.outcome != Outcome.JUDGED:
        return None
    found = read_kept(judgement.dependence)
    return None if found is None else ShownUses(found, sentence_of(found))


def sentence_of(found: Dependence) -> str:
    """Return how many records others used, and who depends on whom most."""
    told = (
        f"In the last {WEEKS} weeks {words.count(found.records)} records were used by somebody "
        f"who had not written them, {words.people(found.people)} in all; "
        f"{words.count(found.unfit)} of them were unfit just then."
    )
    between = [flow for flow in found.flows if flow.producers != flow.consumers]
    if not between:
        return told
    flow = between[0]
    return (
        f"{told} {flow.consumers} depends most on others: on {words.count(flow.records)} records "
        f"of {flow.producers}."
    )


@dataclass(frozen=True, slots=True)
class OwnLine:
    """What others did with one person's records of one kind, in a sentence."""

    standard: DataStandard
    use: OwnUse
    sentence: str


def own_uses(workspace: Workspace, person: str) -> list[OwnLine]:
    """Return what others did with a person's records, for that person alone."""
    found = []
    agreed = DataStandard.objects.filter(workspace=workspace, status=Status.AGREED)
    for standard in agreed.order_by("name"):
        version = newest(standard)
        judgement = judgement_of(version)
        if version is None or judgement is None:
            continue
        fields = judgement.dependence.get("fields", ())
        use = own_use(version, person, fields=fields, fewest=workspace.minimum_group)
        if use is not None:
            found.append(OwnLine(standard, use, own_sentence(standard, use)))
    return found


def own_sentence(standard: DataStandard, use: OwnUse) -> str:
    """Return what others did with one's records, and what they missed in them."""
    who = "others"
    if use.people is not None:
        who = f"{words.count(use.people)} others"
        if use.groups:
            who += f" (among them {words.listed(use.groups)})"
    records = words.plural(use.records, "record")
    told = f"{standard.name}: {who} went on with {records} of yours in the last {WEEKS} weeks."
    if not use.unfit:
        return f"{told} All of them were fit for use."
    missing = words.listed([name for name, _ in use.missing[:3]])
    return (
        f"{told} {words.count(use.unfit)} of them {_was(use.unfit)} not fit just then: {missing}."
    )


def _was(many: int) -> str:
    return "was" if many == 1 else "were"
