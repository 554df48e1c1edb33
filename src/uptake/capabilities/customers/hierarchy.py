"""Who is above whom, by name: what hangs from nothing, and what leads back to itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping


def names_without_parent(above: Mapping[str, str | None], known: Collection[str]) -> set[str]:
    """Return names whose parent is neither known nor among them; their own children included."""
    children: dict[str, list[str]] = {}
    for name, parent in above.items():
        if parent is not None:
            children.setdefault(parent, []).append(name)
    lost: set[str] = set()
    waiting = [parent for parent in children if parent not in above and parent not in known]
    while waiting:
        for child in children.get(waiting.pop(), ()):
            lost.add(child)
            if child not in known:
                waiting.append(child)
    return lost


def names_in_loops(above: Mapping[str, str | None]) -> set[str]:
    """Return the names from which going up leads back to them."""
    looping: set[str] = set()
    settled: set[str] = set()
    for start in above:
        path: dict[str, None] = {}
        name: str | None = start
        while name is not None and name not in settled and name not in path:
            path[name] = None
            name = above.get(name)
        if name is not None and name in path:
            steps = list(path)
            looping.update(steps[steps.index(name) :])
        settled.update(path)
    return looping
