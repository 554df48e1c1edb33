"""Which kept answers are due to be prepared anew, and preparing them.

An answer is due when what it rests on has changed, somebody asked for it lately, and the last time
is long enough ago: at least the interval of the settings, and ten times as long as it took, so that
preparing never takes more than a tenth of a processor. Running twice does no harm.
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
    ranked = sorted(kept.values(), key=lambda pair: pair[0].question not in STANDING)
    for meta, asked in ranked:
        if is_due(meta, stamp, moment) and moment.timestamp() - asked < READ_WITHIN.total_seconds():
            yield Question.read(meta.question)


def is_due(meta: Meta, stamp: Stamp, moment: datetime) -> bool:
    """Say whether an answer has become old, and enough time has passed since it was prepared."""
    if meta.form == FORM and meta.stamp == stamp:
        return False
    pause = max(load_settings().figures_interval_seconds, PART_OF_TIME * meta.seconds)
    return moment - meta.computed_at >= timedelta(seconds=pause)
