"""Writing Petri nets as PNML, with final markings and unseen steps as ProM and pm4py read them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

from uptake.formats.pnml import INVISIBLE, OWN
from uptake.formats.xml_text import xml_text
from uptake.methods.process.nets import Net

GRAMMAR: Final = "http://www.pnml.org/version-2009/grammar/"


def pnml_text(net: Net, *, name: str) -> str:
    """The net as PNML; reading it again gives an equal net."""
    lines = (
        '<?xml version="1.0" encoding="UTF-8"?>',
        f'<pnml xmlns="{GRAMMAR}pnml">',
        f'<net id="net" type="{GRAMMAR}ptnet">{_named(name)}<page id="page">',
        *_places(net),
        *_steps(net),
        "</page><finalmarkings><marking>",
        *(f'<place idref="p{at}">{_text(n)}</place>' for at, n in enumerate(net.end) if n),
        "</marking></finalmarkings></net></pnml>",
    )
    return "\n".join(lines) + "\n"


def write_pnml(path: Path, net: Net, *, name: str) -> None:
    """Write the net to a file."""
    path.write_text(pnml_text(net, name=name), encoding="utf-8")


def _places(net: Net) -> Iterator[str]:
    for at, tokens in enumerate(net.start):
        begin = f"<initialMarking>{_text(tokens)}</initialMarking>" if tokens else ""
        yield f'<place id="p{at}">{_named(f"p{at}")}{begin}</place>'


def _steps(net: Net) -> Iterator[str]:
    for at, step in enumerate(net.transitions):
        activity = INVISIBLE if step.label is None else step.label
        tool = OWN if INVISIBLE in (step.label or "") else "ProM"
        yield (
            f'<transition id="t{at}">{_named(step.label or INVISIBLE)}'
            f'<toolspecific tool="{tool}" version="6.4" activity="{xml_text(activity)}"/>'
            "</transition>"
        )
        for place, tokens in step.takes:
            yield _arc(f"p{place}", f"t{at}", tokens)
        for place, tokens in step.gives:
            yield _arc(f"t{at}", f"p{place}", tokens)


def _arc(source: str, target: str, tokens: int) -> str:
    weight = f"<inscription>{_text(tokens)}</inscription>" if tokens > 1 else ""
    return f'<arc id="{source}-{target}" source="{source}" target="{target}">{weight}</arc>'


def _named(name: str) -> str:
    return f"<name>{_text(name)}</name>"


def _text(said: str | int) -> str:
    return f"<text>{xml_text(str(said))}</text>"
