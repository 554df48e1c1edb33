"""How pages answer: forms with what is wrong with them, tables as files."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence

from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from uptake.ui.spreadsheets import harmless


def answer_form(
    request: HttpRequest, template: str, form: BaseForm, **shown: object
) -> HttpResponse:
    """Show a form: 422 if it was sent and something is wrong with it, else 200."""
    status = 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, **shown}, status=status)


def answer_csv(lines: Iterable[Sequence[object]], *, name: str) -> StreamingHttpResponse:
    """Send lines as a CSV file while they are read."""
    answer = StreamingHttpResponse(_written(lines), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}.csv"'
    return answer


def _written(lines: Iterable[Sequence[object]]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    for line in lines:
        yield writer.writerow([harmless(cell) for cell in line])


class _Echo:
    def write(self, text: str) -> str:
        return text
