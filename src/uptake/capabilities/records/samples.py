"""Standards that come with the product, to begin from: read them, change them, agree on them."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from uptake.capabilities.records.conditions import nearest
from uptake.capabilities.records.reading import load_standard, read_standard
from uptake.capabilities.records.standard import Standard
from uptake.formats.errors import UnusableFileError

_FOLDER = files("uptake.capabilities.records") / "standards"


def sample_names() -> tuple[str, ...]:
    """Names of the standards that come with the product."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def sample_text(name: str) -> str:
    """A standard as its YAML; KeyError for a name that is not one of ``sample_names``."""
    if name not in sample_names():
        raise KeyError(name)
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def sample_standard(name: str) -> Standard:
    """A standard that comes with the product."""
    return read_standard(sample_text(name), name=f"{name}.yaml")


def named_standard(name: str) -> Standard:
    """The standard in a file, or one that comes with the product."""
    if Path(name).exists() or name not in sample_names():
        if not Path(name).exists() and "." not in name and "/" not in name:
            hint = nearest(name, sample_names())
            raise UnusableFileError(f"There is no standard {name}: name a file, or {hint}")
        return load_standard(Path(name))
    return sample_standard(name)
