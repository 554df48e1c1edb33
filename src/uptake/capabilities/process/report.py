"""Draw a picture of a process: as a page, as a PDF, and its JSON contract."""

from __future__ import annotations

from uptake.capabilities.process.as_json import CONTRACT, Json, to_json
from uptake.capabilities.process.as_words import to_words
from uptake.capabilities.process.comparison_section import comparison_section
from uptake.capabilities.process.drift_section import drift_section
from uptake.capabilities.process.hand_sections import (
    durations_section,
    hands_section,
    method_section,
)
from uptake.capabilities.process.headlines import headline, support
from uptake.capabilities.process.picture import ProcessPicture
from uptake.capabilities.process.sections import (
    facts,
    findings_section,
    first_things,
    map_section,
    straying_section,
    usual_section,
    ways_section,
)
from uptake.ui.document import Document
from uptake.ui.html import render_html
from uptake.ui.reports import Answer, contract_schema, report

__all__ = ["CONTRACT", "schema", "to_document", "to_html", "to_json", "to_pdf", "to_words"]


def to_document(picture: ProcessPicture) -> Document:
    """Return the report as blocks, in the order sentence, picture, table, how."""
    sections = (
        findings_section(picture),
        comparison_section(picture),
        map_section(picture),
        usual_section(picture),
        straying_section(picture),
        ways_section(picture),
        hands_section(picture),
        drift_section(picture),
        durations_section(picture),
        first_things(picture),
        method_section(picture),
    )
    answer = Answer(headline(picture), support(picture), facts(picture))
    return report(
        "How work runs", picture.summary.source, answer, sections, is_named=picture.is_named
    )


def to_html(picture: ProcessPicture) -> str:
    """Return the report as one self-contained HTML page."""
    return render_html(to_document(picture))


def to_pdf(picture: ProcessPicture) -> bytes:
    """Return the report as a PDF."""
    from uptake.ui.pdf import render_document_pdf

    return render_document_pdf(to_document(picture))


def schema() -> Json:
    """Return the JSON schema (draft 2020-12) of ``to_json``."""
    return contract_schema("uptake.capabilities.process", "process.schema.json")
