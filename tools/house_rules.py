"""House rules that no ready-made linter knows: size, names, and what a repository must not say."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LONGEST_FUNCTION = 50
LONGEST_FILE = 400
VAGUE_NAMES = {"utils", "helpers", "manager", "misc", "common", "util", "helper"}
SHARED_ENGINE = {"duckdb.execute", "duckdb.sql", "duckdb.query"}
CLOCK_CALLS = {"now", "today", "utcnow", "time_ns"}
# Written in halves so that this file does not contain what it looks for.
NEVER_WRITTEN = re.compile(
    "|".join(
        [
            "pypi" + r"\.org",
            "pythonhosted" + r"\.org",
            "npmjs" + r"\.(org|com)",
            "deb" + r"\.debian",
        ]
    )
)


def tracked(*patterns: str) -> list[Path]:
    """Files that git knows, by pattern, that are still there."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", *patterns], cwd=ROOT, capture_output=True, text=True, check=True
    )
    paths = (ROOT / name for name in listed.stdout.split("\0") if name)
    return [path for path in paths if path.is_file()]


def sizes(path: Path, tree: ast.Module, text: str) -> Iterator[str]:
    """Files and functions that have grown past what a reader takes in at once."""
    lines = text.count("\n")
    if lines > LONGEST_FILE:
        yield f"{path}:1 has {lines} lines, more than {LONGEST_FILE}: split it by what it is about"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            if length > LONGEST_FUNCTION:
                limit = f"more than {LONGEST_FUNCTION}"
                yield f"{path}:{node.lineno} {node.name} has {length} lines, {limit}"


def names(path: Path) -> Iterator[str]:
    """Files whose name says nothing about what is in them."""
    if path.stem in VAGUE_NAMES:
        yield f"{path}:1 is named {path.stem}: name it after what it holds"


def clocks(path: Path, tree: ast.Module) -> Iterator[str]:
    """Clock reads in the mathematics, which takes its dates as arguments."""
    if "methods" not in path.parts:
        return
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and called.attr in CLOCK_CALLS:
            yield f"{path}:{called.lineno} reads a clock: take the date as an argument"


def engines(path: Path, tree: ast.Module) -> Iterator[str]:
    """Questions to DuckDB's own connection, which all threads share and forks break."""
    for node in ast.walk(tree):
        called = node.func if isinstance(node, ast.Call) else None
        if isinstance(called, ast.Attribute) and ast.unparse(called) in SHARED_ENGINE:
            yield f"{path}:{called.lineno} asks the engine of all threads: use store.engine.rows_of"


def addresses(path: Path) -> Iterator[str]:
    """Download addresses of registries, which belong to a machine's set-up."""
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError:
        return
    for number, line in enumerate(text.splitlines(), start=1):
        if NEVER_WRITTEN.search(line):
            yield f"{path}:{number} names a package registry's host"


def complaints() -> Iterator[str]:
    """Everything that breaks a rule, a line each."""
    for path in tracked("src/*.py", "src/**/*.py"):
        text = path.read_text(encoding="utf-8")
        tree = ast.parse(text)
        relative = path.relative_to(ROOT)
        if "migrations" not in path.parts:
            yield from sizes(relative, tree, text)
        yield from names(relative)
        yield from clocks(relative, tree)
        yield from engines(relative, tree)
    for path in tracked():
        yield from addresses(path)


def main() -> int:
    """Print the complaints; 1 if there is one."""
    found = list(complaints())
    print("\n".join(found))
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
