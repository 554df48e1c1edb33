"""A picture of a process on a terminal: what can be read in half a minute."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import typer

from uptake.capabilities.process.as_words import about, blocks, to_words
from uptake.capabilities.process.headlines import headline, support

if TYPE_CHECKING:
    from uptake.capabilities.process.picture import ProcessPicture


def print_words(picture: ProcessPicture) -> None:
    """Print the answer: set for whoever watches, as plain lines into files and pipes."""
    if not sys.stdout.isatty():
        typer.echo(to_words(picture))
        return
    from rich.console import Console
    from rich.padding import Padding
    from rich.text import Text

    console = Console(highlight=False)
    colour = {True: "bold green", False: "bold yellow", None: "bold"}[picture.is_met]
    console.print(Text(headline(picture), style=colour))
    if supported := support(picture):
        console.print(Text(supported))
    for line in about(picture):
        console.print(Text(line, style="dim"))
    for heading, lines in blocks(picture):
        console.print()
        console.print(Text(heading, style="bold cyan"))
        for line in lines:
            console.print(Padding(Text(line), (0, 0, 0, 2)))
