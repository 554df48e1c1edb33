from __future__ import annotations

import re
import zlib

from tests.ui.document_of_everything import DOCUMENT
from uptake.ui.pdf import render_document_pdf

PDF = render_document_pdf(DOCUMENT)


def test_every_block_becomes_part_of_a_pdf() -> None:
    assert PDF.startswith(b"%PDF-")
    assert re.search(rb"/Count \d+", PDF)


def test_its_fonts_travel_with_it() -> None:
    streams = [
        zlib.decompress(found)
        for found in re.findall(rb"stream\r?\n(x.*?)\r?\nendstream", PDF, re.DOTALL)
    ]
    everything = PDF + b"".join(streams)

    assert b"LibertinusSerif" in everything
    assert b"/FontFile" in everything
