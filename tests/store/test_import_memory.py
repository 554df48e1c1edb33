"""An import of any length fits into the memory that a short one takes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import duckdb

ROLE = Path(__file__).with_name("import_memory.py")

MORE_ALLOWED_MIB = 100
"""What eight times the rows may take more; to hold these would take some 200."""

MAKE = """
COPY (
    SELECT 'user_' || (hash(i) % 500) AS user, 'module ' || (hash(i * 3) % 12) AS module,
        ['opened', 'saved', 'closed'][1 + (hash(i * 7) % 3)::INT] AS action,
        strftime(TIMESTAMP '2024-01-01' + to_seconds(i * 9), '%Y-%m-%d %H:%M:%S') AS time,
        'INC' || lpad((i // 5)::VARCHAR, 8, '0') AS number
    FROM range({rows}) t(i)
) TO '{path}' (HEADER)
"""


def peak_mib(path: Path) -> int:
    told = subprocess.run(
        [sys.executable, str(ROLE), str(path)], check=True, capture_output=True, text=True
    )
    return int(told.stdout)


def made(path: Path, rows: int) -> Path:
    with duckdb.connect() as connection:
        connection.execute(MAKE.format(rows=rows, path=path))
    return path


def test_memory_does_not_grow_with_the_rows_of_a_file(tmp_path: Path) -> None:
    short = peak_mib(made(tmp_path / "short.csv", 120_000))

    long = peak_mib(made(tmp_path / "long.csv", 960_000))

    assert long < short + MORE_ALLOWED_MIB
