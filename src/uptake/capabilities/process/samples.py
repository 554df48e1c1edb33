"""Intended processes that come with the product, to begin from and to learn the YAML from."""

from __future__ import annotations

from importlib.resources import files

from uptake.capabilities.process.intended import IntendedProcess
from uptake.capabilities.process.intended_reading import read_intended_yaml

_FOLDER = files("uptake.capabilities.process") / "examples"


def sample_names() -> tuple[str, ...]:
    """Names of the processes that come with the product."""
    names = (entry.name for entry in _FOLDER.iterdir())
    return tuple(sorted(name.removesuffix(".yaml") for name in names if name.endswith(".yaml")))


def sample_text(name: str) -> str:
    """A process as its YAML; KeyError for a name that is not one of ``sample_names``."""
    if name not in sample_names():
        raise KeyError(name)
    return (_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")


def sample_process(name: str) -> IntendedProcess:
    """A process that comes with the product."""
    return read_intended_yaml(sample_text(name), name=f"{name}.yaml")
