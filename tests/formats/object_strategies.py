"""Object-centric logs of every kind, and when two of them are the same."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.formats.case_strategies import texts, words
from uptake.formats.object_log import ObjectLog
from uptake.formats.object_log_building import ObjectLogBuilder
from uptake.formats.object_log_rows import event_rows, object_rows

KINDS = {
    "note": ("string", texts),
    "count": ("integer", st.integers(-(2**63), 2**63 - 1)),
    "price": ("float", st.floats(allow_nan=False)),
    "is blocked": ("boolean", st.booleans()),
    "due": ("time", st.integers(0, 9).map(lambda n: f"2024-03-0{n + 1}T00:00:00.000+00:00")),
    "<&>": ("string", texts),
}
TYPES = ("Order", "Order line", "Ördér", "object", "map_type", "order")
stamps = st.integers(0, 30).map(lambda n: f"2024-01-{n + 1:02}T0{n % 3}:00:00.000+00:00")


def values(draw):
    names = draw(st.sets(st.sampled_from(sorted(KINDS)), max_size=3))
    return [(name, draw(KINDS[name][1])) for name in sorted(names)]


def relations(draw, names):
    pairs = st.tuples(st.sampled_from([*names, "nowhere"]), words | st.just(""))
    return draw(st.lists(pairs, max_size=3))


@st.composite
def object_logs(draw) -> ObjectLog:
    """A log as any of the readers could have read it."""
    builder = ObjectLogBuilder("made up", "UTC")
    for kind in TYPES:
        for of in ("event", "object"):
            builder.declare(of, kind, [(name, written) for name, (written, _) in KINDS.items()])
    names = draw(st.lists(words, min_size=1, max_size=5, unique=True))
    for name in names:
        always = [(key, None, value) for key, value in values(draw)]
        changes = [(key, draw(stamps), value) for key, value in values(draw)]
        kind = draw(st.sampled_from(TYPES))
        builder.add_object(name, kind, [*always, *changes], relations(draw, names))
    for number in range(draw(st.integers(1, 6))):
        time = draw(st.none() | stamps)
        kind = draw(st.sampled_from(TYPES))
        builder.add_event(f"e{number}", kind, time, values(draw), relations(draw, names))
    return builder.log()


def facts(log: ObjectLog):
    """Everything that a log says, but where it was read from."""
    return {
        "events": list(event_rows(log)),
        "objects": list(object_rows(log)),
        "midnight": log.midnight.tolist(),
        "types": {name: str(field.type) for name, field in _fields(log)},
    }


def _fields(log: ObjectLog):
    schema = log.event_attributes.schema
    return [(name, schema.field(name)) for name in sorted(schema.names)]
