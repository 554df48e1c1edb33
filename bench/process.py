"""Process mining against pm4py with equal results, and against DuckDB's group-by as the floor.

Run: python bench/process.py [--sizes 100000 1000000 10000000] [--folder DIR]
[--most-for-pm4py EVENTS]; prints tables in Markdown. Times are CPU seconds, because they depend
less on what else the machine does. What sides find is compared before times are printed. Commands
of both sides find their modules compiled, as after an installation.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from process_logs import write_log
from process_sides import STAGES, Side, by_duckdb, by_pm4py, by_uptake, quiet, run

DATA = Path(__file__).resolve().parents[2] / "shared/data/process"
MODEL = DATA / "running-example.pnml"
SECONDS = 10_000
"""What pm4py counts for one skipped or inserted step."""

REAL = (
    ("running-example.xes", "running-example.bpmn"),
    ("running-example.xes", "running-example.pnml"),
    ("08_receipt.xes.gz", "receipt.bpmn"),
    ("08_receipt.xes.gz", 0.0),
    ("roadtraffic100traces.xes", "roadtraffic.pnml"),
    ("06_bpic2013_closed.xes.gz", 0.2),
    ("06_bpic2013_closed.xes.gz", 0.6),
    ("a32f0n00.xes.gz", "a32f0n00.bpmn"),
    ("a32f0n00.xes.gz", "a32.pnml"),
)
"""Real logs with their models; a number is the noise up to which pm4py mines one."""


@dataclass(frozen=True, slots=True)
class Pair:
    """A log's variants and a model, read by both sides."""

    name: str
    variants: list[tuple[str, ...]]
    net: Any  # uptake's net
    model: Any  # pm4py's net with its markings


def pairs(folder: Path) -> Iterator[Pair]:
    """Read every real log and its model."""
    with quiet():
        import pm4py

    from uptake.formats.bpmn import read_bpmn
    from uptake.formats.pnml import read_pnml

    for name, model in REAL:
        path = DATA / str(model)
        with quiet():
            log = pm4py.read_xes(str(DATA / name))
            if isinstance(model, float):
                path = folder / f"{model}.pnml"
                theirs = pm4py.discover_petri_net_inductive(log, noise_threshold=model)
                pm4py.write_pnml(*theirs, str(path))
            elif path.suffix == ".pnml":
                theirs = pm4py.read_pnml(str(path))
            else:
                theirs = pm4py.convert_to_petri_net(pm4py.read_bpmn(str(path)))
        ours = read_pnml(path) if path.suffix == ".pnml" else read_bpmn(path)
        steps = log.groupby("case:concept:name", sort=False)["concept:name"].agg(tuple)
        shown = f"mined, noise {model}" if isinstance(model, float) else model
        yield Pair(f"{name}, {shown}", list(dict.fromkeys(steps)), ours.net, theirs)


def worked(work: Callable[[], Any], times: int) -> tuple[float, Any]:
    """Median CPU seconds, and what came out."""
    taken, result = [], None
    for _ in range(times):
        before = time.process_time()
        result = work()
        taken.append(time.process_time() - before)
    return statistics.median(taken), result


def align_real_logs(folder: Path) -> None:
    """Print what aligning every variant takes, from a net and variants in memory."""
    from uptake.methods.process.conformance import conform

    with quiet():
        from pm4py.algo.conformance.alignments.petri_net import algorithm
        from pm4py.objects.log.obj import Event, EventLog, Trace
    print("| log and model | variants | cost | pm4py, ms | Uptake, ms | ratio |")
    print("|---|---:|---:|---:|---:|---:|")
    ratios = []
    for pair in pairs(folder):
        log = EventLog(Trace([Event({"concept:name": s}) for s in v]) for v in pair.variants)
        options = {"show_progress_bar": False}

        def theirs(pair: Pair = pair, log: Any = log, options: Any = options) -> Any:
            with quiet():
                return algorithm.apply(log, *pair.model, parameters=options)

        slow, expected = worked(theirs, 1)
        fast, found = worked(lambda pair=pair: conform(pair.net, pair.variants), 9)
        costs = [each.cost for each in found.found]
        if costs != [each["cost"] // SECONDS for each in expected]:
            raise SystemExit(f"The costs differ: {pair.name}")
        ratios.append(slow / fast)
        print(
            f"| {pair.name} | {len(costs):,} | {sum(costs):,} | {slow * 1e3:,.0f} "
            f"| {fast * 1e3:,.2f} | {ratios[-1]:,.0f} |",
            flush=True,
        )
    print(f"| median of the ratios | | | | | {statistics.median(ratios):,.0f} |\n")


def warmer(folder: Path) -> Path:
    """A small log, on which everything is tried before it is timed."""
    path = folder / "small.parquet"
    write_log(path, 200)
    return path


def apart(stages: Callable[..., Iterator[Any]], log: Path) -> Side:
    """Run a side in a process of its own."""
    context = multiprocessing.get_context("spawn")
    pipe, other = context.Pipe()
    process = context.Process(target=run, args=(stages, log, warmer(log.parent), MODEL, other))
    process.start()
    other.close()
    side: Side = pipe.recv()
    process.join()
    return side


def ask_simulated_logs(log: Path, events: int, *, has_peer: bool) -> None:
    """Print each stage on each side."""
    floor, ours = apart(by_duckdb, log), apart(by_uptake, log)
    theirs = apart(by_pm4py, log) if has_peer else None
    for stage in STAGES:
        for other in (floor, theirs):
            if other and other.found.get(stage, ours.found[stage]) != ours.found[stage]:
                raise SystemExit(f"What is found differs: {stage} of {events:,} events")
        print(
            f"| {events:,} | {stage} | {cell(floor, stage)} | {cell(ours, stage)} "
            f"| {cell(theirs, stage)} | {ratio(ours, floor, stage)} "
            f"| {ratio(theirs, ours, stage)} |",
            flush=True,
        )
    peaks = " | ".join(f"{side.peak:,}" if side else "left out" for side in (floor, ours, theirs))
    print(f"| {events:,} | peak memory, MiB | {peaks} | | |", flush=True)


def cell(side: Side | None, stage: str) -> str:
    if side is None:
        return "left out"
    return f"{side.cpu[stage]:.3f}" if stage in side.cpu else ""


def ratio(one: Side | None, other: Side | None, stage: str) -> str:
    """How many times what the other takes."""
    if one is None or other is None or not (stage in one.cpu and stage in other.cpu):
        return ""
    return f"{one.cpu[stage] / other.cpu[stage]:,.1f}"


ENVIRONMENT = {
    name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"
}
"""Of commands: Python keeps what it compiles, whatever it is told where this is run."""

PEER = """
import json, sys, warnings
warnings.simplefilter("ignore")
import pandas as pd, pm4py
path, to, model = sys.argv[1:4]
if path.endswith(".parquet"):
    log = pm4py.format_dataframe(
        pd.read_parquet(path), case_id="case", activity_key="activity", timestamp_key="time")
    log = log.rename(columns={"resource": "org:resource"})
else:
    log = pm4py.read_xes(path)
net = pm4py.read_pnml(model) if model != "mined" else (
    pm4py.discover_petri_net_inductive(log, noise_threshold=0.2))
follows = pm4py.discover_dfg(log)[0]
aligned = pm4py.conformance_diagnostics_alignments(log, *net)
hands = pm4py.discover_handover_of_work_network(log).connections
times = pm4py.get_all_case_durations(log)
with open(to, "w") as file:
    json.dump({
        "directly_follows": [[*pair, count] for pair, count in follows.items()],
        "variants": len(pm4py.get_variants(log)),
        "cost": sum(each["cost"] // 10000 for each in aligned),
        "handovers": [[*pair, share] for pair, share in hands.items()],
        "durations": times,
    }, file)
"""


@dataclass(frozen=True, slots=True)
class Whole:
    """A command from its start to its end."""

    seconds: float
    cpu: float
    peak: int
    said: dict[str, Any]


def command(arguments: list[str], out: Path, *, writes: bool) -> Whole:
    """Run a command; ``writes``: what it prints is the answer, otherwise it is in the file."""
    started = time.perf_counter()
    with out.with_suffix(".printed").open("w") as printed:
        process = subprocess.Popen(
            arguments, stdout=printed, stderr=subprocess.DEVNULL, env=ENVIRONMENT
        )
        _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):  # 1: more cases stray than the model tolerates
        raise SystemExit(f"{' '.join(arguments[:3])} ended with {process.returncode}")
    text = (out.with_suffix(".printed") if writes else out).read_text()
    taken = time.perf_counter() - started
    return Whole(taken, used.ru_utime + used.ru_stime, used.ru_maxrss // 1024, json.loads(text))


def of_uptake(log: Path, model: Path | None) -> Whole:
    """The command of this side."""
    given = ["--model", str(model)] if model else []
    uptake = str(Path(sys.executable).with_name("uptake"))
    return command(
        [uptake, "process", str(log), "--json", *given], log.with_name("answer.json"), writes=True
    )


def of_pm4py(log: Path, model: Path | None) -> Whole:
    """The same in pm4py."""
    out = log.with_name("answer.json")
    arguments = [sys.executable, "-c", PEER, str(log), str(out), str(model or "mined")]
    return command(arguments, out, writes=False)


def compare_whole(log: Path, model: Path | None, shown: str, *, has_peer: bool) -> None:
    """Print what reading, mining or aligning, and writing takes on both sides."""
    ours = of_uptake(log, model)
    theirs = None
    if has_peer:
        theirs = of_pm4py(log, model)
        check(ours.said, theirs.said, shown, has_model=model is not None)
    peer = (
        f"{theirs.seconds:.1f} | {theirs.cpu:.1f} | {theirs.peak:,}" if theirs else "left out | | "
    )
    times = f"{theirs.cpu / ours.cpu:.1f}" if theirs else ""
    print(
        f"| {shown} | {model.name if model else 'mined'} | {ours.seconds:.1f} | {ours.cpu:.1f} "
        f"| {ours.peak:,} | {peer} | {times} |",
        flush=True,
    )


def check(ours: dict[str, Any], theirs: dict[str, Any], shown: str, *, has_model: bool) -> None:
    """Stop where the two say different things."""
    follows = {(row["from"], row["to"]): row["count"] for row in ours["directly_follows"]}
    if follows != {(one, other): count for one, other, count in theirs["directly_follows"]}:
        raise SystemExit(f"What follows what differs: {shown}")
    if ours["summary"]["variants"] != theirs["variants"]:
        raise SystemExit(f"The variants differ: {shown}")
    if has_model and ours["conformance"]["cost_total"] != theirs["cost"]:
        raise SystemExit(f"The costs differ: {shown}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", type=float, nargs="*", default=[1e5, 1e6, 1e7])
    parser.add_argument("--most-for-pm4py", type=float, default=1e6)
    parser.add_argument("--folder", type=Path)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=asked.folder) as made:
        folder = Path(made)
        print("Aligning every variant of real logs, CPU time:\n")
        align_real_logs(folder)
        logs = [(round(size), folder / f"events-{size:.0f}.parquet") for size in asked.sizes]
        print("Simulated logs, CPU seconds:\n")
        print("| events | stage | DuckDB | Uptake | pm4py | Uptake : DuckDB | pm4py : Uptake |")
        print("|---:|---|---:|---:|---:|---:|---:|")
        for events, log in logs:
            write_log(log, events)
            ask_simulated_logs(log, events, has_peer=events <= asked.most_for_pm4py)
        print("\nThe whole command, `uptake process FILE --json`, and the same in pm4py:\n")
        print(
            "| log | model | Uptake, s | CPU s | MiB | pm4py, s | CPU s | MiB | ratio of CPU |\n"
            "|---|---|---:|---:|---:|---:|---:|---:|---:|"
        )
        for side in (of_uptake, of_pm4py):  # so that both sides' modules are compiled
            side(warmer(folder), MODEL)
            side(warmer(folder), None)
        for name in ("running-example.xes", "08_receipt.xes.gz", "06_bpic2013_closed.xes.gz"):
            copy = folder / name
            copy.write_bytes((DATA / name).read_bytes())
            compare_whole(copy, None, name, has_peer=True)
        for events, log in logs:
            has_peer = events <= asked.most_for_pm4py
            compare_whole(log, MODEL, f"{events:,} events", has_peer=has_peer)
            compare_whole(log, None, f"{events:,} events", has_peer=has_peer)


if __name__ == "__main__":
    main()
