"""Logs of cases for benchmarks: played on the textbook's process, with slips, as Parquet."""

from __future__ import annotations

import random
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

WAYS = 4_000
"""Different ways that are drawn; rare ones do not occur in small logs."""

PEOPLE = 200
FIRST = np.datetime64("2022-01-03T08:00:00", "ms")
CHECKS = ("examine casually", "examine thoroughly")


def one_way(draw: random.Random) -> tuple[str, ...]:
    """One case of the running example; one step in twelve slips."""
    steps = ["register request"]
    while True:
        both = [draw.choice(CHECKS), "check ticket"]
        draw.shuffle(both)
        steps += [*both, "decide"]
        if draw.random() < 0.7 or len(steps) > 20:
            break
        steps.append("reinitiate request")
    steps.append(draw.choice(["pay compensation", "reject request"]))
    return tuple(step for step in slipped(steps, draw))


def slipped(steps: list[str], draw: random.Random) -> list[str]:
    """Some steps left out, done again, or done by somebody who calls them otherwise."""
    kept: list[str] = []
    for step in steps:
        chance = draw.random()
        if chance < 0.03:
            continue
        kept.append("call customer" if chance > 0.98 else step)
        if chance > 0.97:
            kept.append(step)
    return kept or steps[:1]


def write_log(path: Path, events: int) -> None:
    """Write about so many events: case, activity, time and resource, a row each."""
    draw, numbers = random.Random(3), np.random.default_rng(3)
    ways = list(dict.fromkeys(one_way(draw) for _ in range(WAYS)))
    words = sorted({step for way in ways for step in way})
    coded = [np.array([words.index(step) for step in way], dtype=np.int32) for way in ways]
    size = np.array([len(way) for way in coded])
    weight = 1 / np.arange(1, len(ways) + 1) ** 0.7
    cases = round(events / float(np.average(size, weights=weight)))
    chosen = numbers.choice(len(ways), size=cases, p=weight / weight.sum())
    length = size[chosen]
    total = int(length.sum())
    begin = np.cumsum(length) - length
    place = np.arange(total) - np.repeat(begin, length)
    starts = np.cumsum(size) - size
    activity = np.concatenate(coded)[np.repeat(starts[chosen], length) + place]
    gaps = numbers.integers(60, 400_000, total) * 1_000
    gaps[begin] = numbers.integers(0, 86_400 * 300, cases) * 1_000
    since = np.cumsum(gaps) - np.repeat(np.cumsum(gaps)[begin] - gaps[begin], length)
    team = np.repeat(numbers.integers(0, PEOPLE // 5, cases), length) * 5
    person = team + numbers.integers(0, 5, total)
    names = pa.array([f"C{number:08d}" for number in range(cases)])
    table = pa.table(
        {
            "case": pa.DictionaryArray.from_arrays(np.repeat(np.arange(cases), length), names),
            "activity": pa.DictionaryArray.from_arrays(activity, pa.array(words)),
            "time": pa.array(FIRST + since.astype("timedelta64[ms]"), pa.timestamp("ms", "UTC")),
            "resource": pa.DictionaryArray.from_arrays(
                person.astype(np.int32), pa.array([f"person {n:03d}" for n in range(PEOPLE)])
            ),
        }
    )
    plain = pa.table([column.cast(pa.string()) if pa.types.is_dictionary(column.type) else column
                      for column in table.columns], names=table.column_names)  # fmt: skip
    pq.write_table(plain, path, compression="zstd")
