"""Logs and models as pm4py reads and measures them; what it prints and warns of is kept away."""

from __future__ import annotations

import contextlib
import io
import warnings
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Without its banner, its progress bars and its warnings."""
    with (
        warnings.catch_warnings(),
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        warnings.simplefilter("ignore")
        yield


with quiet():
    import pm4py
    from pm4py.algo.conformance.alignments.petri_net import algorithm as alignments
    from pm4py.algo.conformance.tokenreplay import algorithm as token_replay
    from pm4py.algo.evaluation.precision import algorithm as precisions
    from pm4py.algo.evaluation.replay_fitness.variants import alignment_based
    from pm4py.objects.log.obj import Event, EventLog, Trace

Model = tuple[Any, Any, Any]  # pm4py has no types
"""Net, initial and final marking."""

ONE = 10_000
"""What one skipped or inserted step costs; silent ones cost 1."""


@cache
def read_log(path: Path) -> pd.DataFrame:
    with quiet():
        return pm4py.read_xes(str(path))


def read_model(path: Path) -> Model:
    with quiet():
        if path.suffix == ".pnml":
            return pm4py.read_pnml(str(path))
        return pm4py.convert_to_petri_net(pm4py.read_bpmn(str(path)))


def mined(log: pd.DataFrame, path: Path, noise: float) -> Model:
    """The inductive miner's net, also written to a file."""
    with quiet():
        model = pm4py.discover_petri_net_inductive(log, noise_threshold=noise)
        pm4py.write_pnml(*model, str(path))
    return model


def traces(variants: Sequence[Sequence[str]], cases: Sequence[int] | None = None) -> EventLog:
    """A log that holds each variant once, or as many cases of it as are said."""
    counts = cases or [1] * len(variants)
    rows = [variant for variant, count in zip(variants, counts, strict=True) for _ in range(count)]
    return EventLog(
        Trace([Event({"concept:name": step}) for step in row], attributes={"concept:name": str(n)})
        for n, row in enumerate(rows)
    )


def aligned(variants: Sequence[Sequence[str]], model: Model) -> list[dict[str, Any]]:
    """An optimal alignment of each variant, with its cost."""
    with quiet():
        return alignments.apply(traces(variants), *model, parameters={"show_progress_bar": False})


def costs(found: Sequence[dict[str, Any]]) -> list[int]:
    """What alignments cost, without what silent steps cost there to break ties."""
    return [each["cost"] // ONE for each in found]


def fitness(found: Sequence[dict[str, Any]], cases: Sequence[int]) -> tuple[float, float, float]:
    """Fitness of the log, its mean over cases, and the percentage of cases that fit.

    Its own sum over the log lets silent steps cost a little; here they cost nothing.
    """
    whole = [each for each, count in zip(found, cases, strict=True) for _ in range(count)]
    cost, worst = (sum(each[name] // ONE for each in whole) for name in ("cost", "bwc"))
    with quiet():
        summed = alignment_based.evaluate(whole)
    return 1 - cost / worst, summed["averageFitness"], summed["percFitTraces"]


def precision(variants: Sequence[Sequence[str]], cases: Sequence[int], model: Model) -> float:
    """Escaping edges after alignment."""
    with quiet():
        return precisions.apply(
            traces(variants, cases),
            *model,
            variant=precisions.Variants.ALIGN_ETCONFORMANCE,
            parameters={"show_progress_bar": False},
        )


def replayed(variants: Sequence[Sequence[str]], model: Model) -> tuple[int, int, int, int]:
    """Tokens produced, consumed, missing and remaining, each variant once."""
    with quiet():
        found = token_replay.apply(
            traces(variants), *model, parameters={"show_progress_bar": False}
        )
    names = ("produced_tokens", "consumed_tokens", "missing_tokens", "remaining_tokens")
    return tuple(sum(each[name] for each in found) for name in names)


def directly_follows(
    variants: Sequence[Sequence[str]], cases: Sequence[int]
) -> tuple[dict[tuple[str, str], int], dict[str, int], dict[str, int]]:
    """Pairs that follow each other, and how many cases begin and end with what."""
    with quiet():
        pairs, starts, ends = pm4py.discover_dfg(traces(variants, cases))
    return dict(pairs), dict(starts), dict(ends)


def handovers(log: pd.DataFrame) -> dict[tuple[str, str], float]:
    """Share of direct successions from one resource to another, those to oneself too."""
    with quiet():
        return dict(pm4py.discover_handover_of_work_network(log).connections)


def variants_of(log: pd.DataFrame) -> dict[tuple[str, ...], int]:
    """How many cases ran like each variant."""
    found: dict[tuple[str, ...], int] = {}
    for _case, steps in log.groupby("case:concept:name", sort=False)["concept:name"]:
        found[tuple(steps)] = found.get(tuple(steps), 0) + 1
    return found


def durations(log: pd.DataFrame) -> list[float]:
    """Seconds from the first to the last event of each case."""
    with quiet():
        return list(pm4py.get_all_case_durations(log))
