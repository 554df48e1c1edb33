"""Which kept answers are due to be prepared anew, and preparing them.

An answer is due when what it rests on has changed, somebody asked for it lately, and the last time
is long enough ago: at least the interval of the settings, and ten times as long as all answers of
the workspace that are read took together, so that preparing takes a tenth of the time at most.
Running twice does no harm.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

import structlog
from django.utils.timezone import now

from uptake.capabilities.measure import asking
from uptake.capabilities.measure.asking import STANDING, Question
from uptake.capabilities.measure.kept import FORM, Meta, Stamp
from uptake.config import load_settings
from uptake.foundation.memory import give_back
from uptake.foundation.models import Workspace
from uptake.store.errors import UptakeError

log = structlog.get_logger(__name__)

READ_WITHIN = timedelta(days=7)
"""Answers that nobody asked for that long are left as they are until somebody does."""

PART_OF_TIME = 10
MEBIBYTE = 2**20


def renew_all(moment: datetime | None = None) -> int:
    """Prepare what is due in every workspace; one that fails is tried next time."""
    done = 0
    for workspace in Workspace.objects.all():
        with structlog.contextvars.bound_contextvars(workspace=workspace.slug):
            done += renew_workspace(workspace, moment or now())
    return done


def renew_workspace(workspace: Workspace, moment: datetime) -> int:
    """Prepare what is due in one workspace, then throw away what is too much."""
    done = 0
    for question in tuple(due(workspace, moment)):
        try:
            meta = asking.renew(workspace, question)
        except UptakeError as problem:
            log.warning("figures.failed", question=question.text, problem=str(problem))
            continue
        log.info("figures.renewed", question=question.text, seconds=round(meta.seconds, 2))
        done += 1
        give_back()
    asking.shelf().trim(workspace.slug, load_settings().figures_mebibytes * MEBIBYTE)
    return done


def due(workspace: Workspace, moment: datetime) -> Iterator[Question]:
    """Return the questions whose answers are to be prepared now, the standing ones first."""
    try:
        stamp = asking.stamp(workspace)
    except UptakeError:  # no place in the lake yet: nothing has arrived
        return
    kept = {meta.question: (meta, asked) for meta, asked in asking.shelf().metas(workspace.slug)}
    if stamp.lake:
        yield from (Question(kind) for kind in STANDING if kind not in kept)
    read = [meta for meta, asked in kept.values() if _is_read(asked, moment)]
    together = sum(meta.seconds for meta in read)
    for meta in sorted(read, key=lambda meta: meta.question not in STANDING):
        if is_due(meta, stamp, moment, together=together):
            yield Question.read(meta.question)


def _is_read(asked: float, moment: datetime) -> bool:
    return moment.timestamp() - asked < READ_WITHIN.total_seconds()


def is_due(meta: Meta, stamp: Stamp, moment: datetime, *, together: float = 0.0) -> bool:
    """Say whether an answer has become old, and enough time has passed since it was prepared.

    ``together``: seconds that it and the answers prepared in turn with it take.
    """
    if meta.form == FORM and meta.stamp == stamp:
        return False
    took = max(meta.seconds, together)
    pause = max(load_settings().figures_interval_seconds, PART_OF_TIME * took)
    return moment - meta.computed_at >= timedelta(seconds=pause)
