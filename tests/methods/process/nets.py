"""Nets of the textbook (van der Aalst 2016, figure 8.2), and how to write them."""

from __future__ import annotations

from uptake.methods.process.nets import Net, Transition


def net(places: str, *steps: tuple[str | None, str, str]) -> Net:
    """A net of places named by letters, the first the start and the last the end.

    Each step: its label, the places it takes a token from, and those it gives one to.
    """
    at = {name: number for number, name in enumerate(places)}
    transitions = tuple(
        Transition(
            label, tuple((at[name], 1) for name in takes), tuple((at[name], 1) for name in gives)
        )
        for label, takes, gives in steps
    )
    start = tuple(int(name == places[0]) for name in places)
    end = tuple(int(name == places[-1]) for name in places)
    return Net(transitions, start, end)


N1 = net(
    "spqrtxo",
    ("a", "s", "pq"),
    ("b", "p", "r"),
    ("c", "p", "r"),
    ("d", "q", "t"),
    ("e", "rt", "x"),
    ("f", "x", "pq"),
    ("g", "x", "o"),
    ("h", "x", "o"),
)
"""Examine (b or c) beside check (d), again after f."""

N2 = net(
    "spqrxo",
    ("a", "s", "p"),
    ("b", "p", "q"),
    ("c", "p", "q"),
    ("d", "q", "r"),
    ("e", "r", "x"),
    ("f", "x", "p"),
    ("g", "x", "o"),
    ("h", "x", "o"),
)
"""The same, but check only after examining."""

N3 = net(
    "spqrtxo",
    ("a", "s", "pq"),
    ("c", "p", "r"),
    ("d", "q", "t"),
    ("e", "rt", "x"),
    ("h", "x", "o"),
)
"""Neither choice nor repetition."""

N4 = net(
    "smo",
    ("a", "s", "m"),
    *((label, "m", "m") for label in "bcdef"),
    ("g", "m", "o"),
    ("h", "m", "o"),
)
"""The flower: between a and the end, anything."""

UNBOUNDED = net("smo", ("a", "s", "sm"), ("b", "sm", "o"), ("c", "m", ""))
"""As many a as you like; each leaves something that c may take away, and b ends it all."""


def side_by_side(letters: str) -> Net:
    """Every letter once, in any order."""
    places = "<" + letters + letters.upper() + ">"
    return net(
        places,
        (None, "<", letters),
        *((letter, letter, letter.upper()) for letter in letters),
        (None, letters.upper(), ">"),
    )
