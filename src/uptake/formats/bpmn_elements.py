"""What a BPMN file draws: nodes, flows between them, parts within parts, and lanes.

Source: OMG (2013), Business Process Model and Notation 2.0.2. What is of no meaning for the order
of steps (data, notes, pictures) is passed over; what has a meaning that is not supported is named.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Final

from uptake.formats.drawn_model import Left
from uptake.formats.errors import UnusableFileError
from uptake.formats.xml_tree import Element

MOST_NODES: Final = 5_000
"""Nodes of a file."""

MOST_FLOWS: Final = 20_000
"""Arrows of a file."""

EXACT_NAME: Final = "activity"
"""An attribute of our own: the name of an activity to the letter, where tools would change it."""

_OWNERS: Final = ("potentialOwner", "humanPerformer", "performer", "resourceRole")

PASSED_OVER: Final = frozenset(
    {
        *("documentation", "extensionElements", "laneSet", "dataObject", "dataObjectReference"),
        *("dataStore", "dataStoreReference", "dataInput", "dataOutput", "ioSpecification"),
        *("property", "textAnnotation", "association", "group", "category", "performer"),
        *("humanPerformer", "potentialOwner", "resourceRole", "monitoring", "auditing"),
        *(
            "incoming",
            "outgoing",
            "standardLoopCharacteristics",
            "ioBinding",
            "completionCondition",
        ),
        *("multiInstanceLoopCharacteristics", "dataInputAssociation", "dataOutputAssociation"),
        *("correlationSubscription", "supports", "script", "rendering", "artifact"),
        *("supportedInterfaceRef", "conditionExpression", "outputSet", "inputSet"),
    }
)


class Kind(Enum):
    """What a node does with what arrives at it."""

    ACTIVITY = auto()
    PART = auto()
    START = auto()
    END = auto()
    TERMINATE = auto()
    EVENT = auto()
    BOUNDARY = auto()
    EXCLUSIVE = auto()
    PARALLEL = auto()
    INCLUSIVE = auto()


class Again(Enum):
    """How often an activity is done each time it is reached."""

    ONCE = auto()
    ONCE_OR_MORE = auto()
    ANY_TIMES = auto()


KINDS: Final = {
    **{
        f"{word}Task" if word else "task": Kind.ACTIVITY
        for word in (
            *("", "user", "service", "send", "receive", "manual", "script", "businessRule"),
            *("global", "globalUser", "globalManual", "globalScript", "globalBusinessRule"),
        )
    },
    "callActivity": Kind.ACTIVITY,
    "adHocSubProcess": Kind.ACTIVITY,
    "subProcess": Kind.PART,
    "transaction": Kind.PART,
    "startEvent": Kind.START,
    "endEvent": Kind.END,
    "intermediateCatchEvent": Kind.EVENT,
    "intermediateThrowEvent": Kind.EVENT,
    "intermediateEvent": Kind.EVENT,
    "boundaryEvent": Kind.BOUNDARY,
    "exclusiveGateway": Kind.EXCLUSIVE,
    "eventBasedGateway": Kind.EXCLUSIVE,
    "parallelGateway": Kind.PARALLEL,
    "inclusiveGateway": Kind.INCLUSIVE,
    "complexGateway": Kind.INCLUSIVE,
}


@dataclass(slots=True)
class Node:
    """One node of a scope.

    ``part``: what is drawn in it. ``on``: the activity whose border a boundary event sits on.
    ``link``: the name under which a link goes on elsewhere. ``owners``: who is meant to do it.
    """

    kind: Kind
    id: str
    name: str
    line: int
    default: str = ""
    again: Again = Again.ONCE
    part: Scope | None = None
    on: str = ""
    interrupts: bool = True
    link: str = ""
    owners: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Flow:
    """An arrow from one node to another."""

    id: str
    source: str
    target: str
    is_conditional: bool
    line: int


@dataclass(slots=True)
class Scope:
    """A process, or what is drawn in a part of one."""

    name: str
    line: int
    nodes: dict[str, Node] = field(default_factory=dict)
    flows: list[Flow] = field(default_factory=list)

    def everything(self) -> Iterator[Node]:
        """The nodes of the scope and of the parts in it."""
        for node in self.nodes.values():
            yield node
            if node.part:
                yield from node.part.everything()


class Drawing:
    """Everything that a file draws; ``left`` collects what was not taken as it was drawn."""

    def __init__(self, root: Element, *, file: str) -> None:
        self.file = file
        self.left: list[Left] = []
        self.dropped: set[str] = set()
        self._count = self._flows = 0
        self.processes = [self._scope(at, at.get("name")) for at in root.all("process")]
        self.pools = {
            at.get("processRef"): at.get("name")
            for group in root.all("collaboration")
            for at in group.all("participant")
        }
        self.ids = [at.get("id") for at in root.all("process")]
        self.lanes: dict[str, str] = {}
        for process in root.all("process"):
            self._take_lanes(process, "")

    def refused(self, line: int, problem: str) -> UnusableFileError:
        """The sentence of refusal, with file and line."""
        return UnusableFileError(f"{self.file}, line {line}: {problem}")

    def leave(self, at: Element | Node, what: str, done: str) -> None:
        """Note what was not taken as it was drawn."""
        name = at.get("name") if isinstance(at, Element) else at.name
        named = f"{what} {name!r}" if name else what
        self.left.append(Left(named, at.line, done))

    def _scope(self, at: Element, name: str) -> Scope:
        scope = Scope(name, at.line)
        for child in at.children:
            if child.name == "sequenceFlow":
                self._take_flow(child, scope)
            elif child.name in KINDS:
                self._take_node(child, scope)
            elif child.name not in PASSED_OVER and not child.name.endswith("EventDefinition"):
                self._drop(child, f"the element {child.name[:60]}")
        return scope

    def _take_flow(self, at: Element, scope: Scope) -> None:
        self._flows += 1
        if self._flows > MOST_FLOWS:
            raise self.refused(at.line, f"there are more than {MOST_FLOWS:,} arrows: split it.")
        scope.flows.append(_flow(at))

    def _take_node(self, at: Element, scope: Scope) -> None:
        self._count += 1
        if self._count > MOST_NODES:
            raise self.refused(at.line, f"there are more than {MOST_NODES:,} nodes: split it.")
        undoes = at.get("isForCompensation") == "true" or at.first("compensateEventDefinition")
        if at.get("triggeredByEvent") == "true":
            self._drop(at, "the part that an event begins")
        elif undoes and KINDS[at.name] in (Kind.ACTIVITY, Kind.PART, Kind.BOUNDARY):
            self._drop(at, "what is done to undo")
        else:
            self._keep(at, scope)

    def _drop(self, at: Element, what: str) -> None:
        self.leave(at, what, "is not supported and left out")
        self.dropped.add(at.get("id"))

    def _keep(self, at: Element, scope: Scope) -> None:
        node = self._node(at)
        if not node.id or node.id in scope.nodes:
            raise self.refused(at.line, f"each {at.name} needs an id of its own: export it again.")
        scope.nodes[node.id] = node

    def _node(self, at: Element) -> Node:
        kind = KINDS[at.name]
        if kind is Kind.END and at.first("terminateEventDefinition"):
            kind = Kind.TERMINATE
        node = Node(kind, at.get("id"), _name(at), at.line, at.get("default"))
        node.owners = tuple(name for owner in at.all(*_OWNERS) if (name := owner.get("name")))
        node.again = self._again(at)
        node.on = at.get("attachedToRef")
        node.interrupts = at.get("cancelActivity") != "false"
        linked = at.first("linkEventDefinition")
        if linked is not None:
            node.link = linked.get("name") or node.name
        self._take_part(at, node)
        return node

    def _take_part(self, at: Element, node: Node) -> None:
        """What is drawn in a node; one that is drawn closed is a step of its own."""
        if at.name == "complexGateway":
            self.leave(at, "the complex gateway", "is taken as an inclusive one")
        elif at.name == "adHocSubProcess":
            self.leave(at, "the part without an order", "is taken as one step of its name")
        elif at.name == "callActivity":
            self.leave(at, "the call of another process", "is taken as one step of its name")
        elif node.kind is Kind.PART:
            part = self._scope(at, node.name)
            if part.nodes:
                node.part = part
            else:
                node.kind = Kind.ACTIVITY

    def _again(self, at: Element) -> Again:
        once_more = at.first("standardLoopCharacteristics")
        if once_more is not None:
            before = once_more.get("testBefore") == "true"
            return Again.ANY_TIMES if before else Again.ONCE_OR_MORE
        several = at.first("multiInstanceLoopCharacteristics")
        if several is None:
            return Again.ONCE
        if several.get("isSequential") != "true" and KINDS[at.name] is Kind.PART:
            done = "is taken as if they ran one after the other"
            self.leave(at, "the part of which several run at once", done)
        return Again.ONCE_OR_MORE

    def _take_lanes(self, at: Element, lane: str) -> None:
        """The innermost lane of each node; what is drawn in a part is in the part's lane."""
        for lanes in at.all("laneSet", "childLaneSet"):
            for one in lanes.all("lane"):
                name = one.get("name") or lane
                for reference in one.all("flowNodeRef"):
                    self.lanes[reference.text.strip()] = name
                self._take_lanes(one, name)
        for part in at.all("subProcess", "transaction"):
            self._take_lanes(part, lane)


def _name(at: Element) -> str:
    """The name of a node; to the letter where it is said to be, else with blanks made one."""
    name, exact = at.get("name"), at.attributes.get(EXACT_NAME, "")
    return exact if exact and " ".join(exact.split()) == name else name


def _flow(at: Element) -> Flow:
    is_conditional = at.first("conditionExpression") is not None
    return Flow(at.get("id"), at.get("sourceRef"), at.get("targetRef"), is_conditional, at.line)
