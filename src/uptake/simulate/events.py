"""Rows of the canonical event schema, streamed per account and block of weeks."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

import numpy as np
import pyarrow as pa

from uptake.simulate.activity import Activity, realise
from uptake.simulate.arrays import Ints, Stream, generator
from uptake.simulate.calendars import DAY_MS, Calendar, calendar_of
from uptake.simulate.catalogue import ACTION_PRODUCT, ACTIONS, OBJECT_TYPES, PRODUCTS
from uptake.simulate.drafts import ABSENT, Draft, draft_of, joined
from uptake.simulate.expansion import OBJECT_TYPE, ObjectBook, expand_week_counts
from uptake.simulate.gaming import GamingPlan, gaming_events, machine_events, plan_gaming
from uptake.simulate.organisation import Account
from uptake.simulate.people import person_ids
from uptake.simulate.plan import Plan
from uptake.simulate.quality import RecordFacts, judge, properties_texts
from uptake.simulate.text import chosen, numbered, random_uuids
from uptake.simulate.trouble import Trouble, missing_rows, stamped
from uptake.store.schema import CANONICAL, MILLISECONDS_UTC

BATCH_EVENTS = 400_000
"""Events that a block of weeks should hold; decides the weeks per block from the settings."""
LONGEST_BLOCK = 13
DELIVERY_MS = 300_000
OBJECT_DIGITS = 10
CASE_DIGITS = 7

MODULES = tuple(sorted({action.module for action in ACTIONS}))
MODULE = np.array([MODULES.index(action.module) for action in ACTIONS])
SOURCES = [f"simulated:{product}" for product in PRODUCTS]


@lru_cache(maxsize=1)
def _properties_texts() -> list[str]:
    return properties_texts()


def blocks(plan: Plan, account: Account) -> Iterator[range]:
    """Cut the run into blocks of whole weeks of bounded size."""
    per_week = max(1.0, account.people * plan.config.events_per_person_week)
    length = int(np.clip(BATCH_EVENTS // per_week, 1, LONGEST_BLOCK))
    for first in range(0, plan.config.weeks, length):
        yield range(first, min(first + length, plan.config.weeks))


def account_batches(
    plan: Plan, account: Account, activity: Activity | None = None
) -> Iterator[pa.RecordBatch]:
    """Return one account's events in order of time, a block of weeks at a time."""
    run = activity or realise(plan, account)
    calendar = calendar_of(plan.config)
    gaming = plan_gaming(plan.config, run)
    book = ObjectBook.of(run)
    extra = _extras(plan, calendar, run, gaming)
    names = [*person_ids(account), *gaming.extra_ids(account.id)]
    trouble = tuple(item for item in plan.trouble if item.account == account.id)
    for weeks in blocks(plan, account):
        random = generator(plan.config.seed, Stream.EVENTS, account.number, weeks.start)
        counted = expand_week_counts(random, calendar, run, book=book, gaming=gaming, weeks=weeks)
        draft = joined([counted, *(_within(item, calendar, weeks) for item in extra)])
        draft = _as_extracted(calendar, trouble, draft)
        facts = judge(random, calendar, run, draft)
        ids = random_uuids(random, draft.size)
        yield _batch(account, names, draft, facts, message_ids=ids)


def _extras(plan: Plan, calendar: Calendar, run: Activity, gaming: GamingPlan) -> list[Draft]:
    """Return cases, gaming and machines of a whole run; they are few."""
    random = generator(plan.config.seed, Stream.EVENTS, run.account.number, plan.config.weeks)
    drafts = [_case_events(run), *machine_events(random, calendar, run, gaming)]
    for item in gaming.planted:
        found = gaming_events(random, calendar, run, item)
        drafts += [found] if found else []
    return drafts


def _case_events(run: Activity) -> Draft:
    case, step = np.nonzero(run.cases.happened)
    return draft_of(
        run.cases.person[case, step],
        run.cases.action[case, step],
        run.cases.occurred_ms[case, step],
        item=np.full(case.size, ABSENT),
        case=case,
    )


def _within(draft: Draft, calendar: Calendar, weeks: range) -> Draft:
    week = (draft.occurred_ms - calendar.midnight_ms) // (7 * DAY_MS)
    return draft.take((week >= weeks.start) & (week < weeks.stop))


def _as_extracted(calendar: Calendar, trouble: tuple[Trouble, ...], draft: Draft) -> Draft:
    """Apply the extract's trouble and put the events in order of time."""
    if trouble:
        day = (draft.occurred_ms - calendar.midnight_ms) // DAY_MS
        draft = draft.take(~missing_rows(trouble, day))
        draft = draft_of(
            draft.person,
            draft.action,
            stamped(trouble, calendar, draft.occurred_ms),
            item=draft.object,
            case=draft.case,
            changed=draft.changed,
        )
    return draft.take(np.argsort(draft.occurred_ms, kind="stable"))


def _timestamps(values: Ints, valid: Ints | None = None) -> pa.Array:
    mask = None if valid is None else valid < 0
    return pa.array(values, type=pa.int64(), mask=mask).cast(MILLISECONDS_UTC)


def _batch(
    account: Account, names: list[str], draft: Draft, facts: RecordFacts, *, message_ids: pa.Array
) -> pa.RecordBatch:
    """Return a draft as rows of the canonical schema."""
    product = ACTION_PRODUCT[draft.action]
    recorded = draft.occurred_ms + np.maximum(facts.delay_ms, 0)
    received = (recorded // DELIVERY_MS + 1) * DELIVERY_MS
    ticket = draft.case >= 0
    objects = numbered(f"{account.id}-", np.where(ticket, draft.case, draft.object), OBJECT_DIGITS)
    one_account = np.zeros(draft.size, dtype=np.int64)
    columns = {
        "source_id": chosen(SOURCES, product),
        "message_id": message_ids,
        "received_at": _timestamps(received),
        "occurred_at": _timestamps(draft.occurred_ms),
        "recorded_at": _timestamps(recorded, facts.delay_ms),
        "account": chosen([account.id], one_account),
        "person": chosen(names, draft.person),
        "product": chosen(list(PRODUCTS), product),
        "module": chosen(list(MODULES), MODULE[draft.action]),
        "action": chosen([action.name for action in ACTIONS], draft.action),
        "object_type": chosen(list(OBJECT_TYPES), OBJECT_TYPE[draft.action]),
        "object_id": objects,
        "case_id": numbered(f"{account.id}-case-", draft.case, CASE_DIGITS),
        "duration_ms": pa.array(facts.duration_ms, mask=facts.duration_ms < 0),
        "quality_ok": pa.array(facts.right > 0, mask=facts.right < 0),
        "properties": chosen(_properties_texts(), facts.properties),
    }
    return pa.RecordBatch.from_arrays([columns[n] for n in CANONICAL.names], schema=CANONICAL)
