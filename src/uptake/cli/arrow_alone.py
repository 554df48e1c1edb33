"""Arrow without pandas, for commands that end before its import would have."""

from __future__ import annotations

import sys
from importlib.abc import MetaPathFinder


def leave_pandas_out() -> None:
    """Let pyarrow know that nobody here has anything of pandas.

    At the first array made of other things pyarrow imports pandas to see whether they are its own,
    which takes a quarter of a second. It looks once, here; what is turned into something of pandas
    later imports it then.
    """
    if "pandas" in sys.modules:
        return
    import pyarrow as pa  # a tenth of a second that other commands do without

    finder = _NoPandas()
    sys.meta_path.insert(0, finder)
    try:
        pa.array([])
    finally:
        sys.meta_path.remove(finder)


class _NoPandas(MetaPathFinder):
    """Finds no pandas, and leaves everything else to those after it."""

    def find_spec(self, fullname: str, _path: object, _target: object = None) -> None:
        """Say what cannot be imported."""
        if fullname == "pandas":
            raise ModuleNotFoundError("pandas is not looked for here", name=fullname)
