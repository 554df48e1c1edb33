"""Token replay: play a case on a net, lend the tokens it lacks, count those left over.

Quick, and told by most tools, but an estimate: it says how many tokens were missing, not which
steps were; a model that allows everything fits everything, so precision stands beside it. Source:
A. Rozinat, W. van der Aalst (2008), "Conformance checking of processes based on monitoring real
behavior", Information Systems 33. Methods section 3.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from uptake.methods.process.nets import Marking, Net, Transition

Goal = Callable[[Marking], bool]
"""Says whether a marking is one that is wanted."""

MOST_LOOKED_AT = 2_000
"""Markings that are looked at for steps that nobody sees before one step of a case."""


@dataclass(frozen=True, slots=True)
class Tokens:
    """Tokens put down, taken, lent because they were missing, and left at the end.

    ``unseen``: events whose activity the net does not have; they are left out of the count.
    """

    produced: int = 0
    consumed: int = 0
    missing: int = 0
    remaining: int = 0
    unseen: int = 0

    @property
    def fitness(self) -> float | None:
        """``(1 - missing / consumed) / 2 + (1 - remaining / produced) / 2``."""
        if not self.consumed or not self.produced:
            return None
        return 1 - (self.missing / self.consumed + self.remaining / self.produced) / 2

    def __add__(self, other: Tokens) -> Tokens:
        return Tokens(
            self.produced + other.produced,
            self.consumed + other.consumed,
            self.missing + other.missing,
            self.remaining + other.remaining,
            self.unseen + other.unseen,
        )

    def times(self, cases: int) -> Tokens:
        """The tokens of so many cases alike."""
        return Tokens(
            self.produced * cases,
            self.consumed * cases,
            self.missing * cases,
            self.remaining * cases,
            self.unseen * cases,
        )


def replay(net: Net, trace: Sequence[str]) -> Tokens:
    """Play one case on a net."""
    player = _Player(net)
    for activity in trace:
        player.play(activity)
    return player.end()


def replay_all(net: Net, variants: Sequence[Sequence[str]], cases: Sequence[int]) -> Tokens:
    """Play every variant once; ``cases``: how many cases ran like each."""
    total = Tokens()
    for trace, count in zip(variants, cases, strict=True):
        total += replay(net, trace).times(count)
    return total


class _Player:
    """One case under way."""

    def __init__(self, net: Net) -> None:
        self._net, self._marking = net, net.start
        self._tokens = Tokens(produced=sum(net.start))
        self._seen: dict[str, list[Transition]] = {}
        for transition in net.transitions:
            if transition.label is not None:
                self._seen.setdefault(transition.label, []).append(transition)
        self._silent = [each for each in net.transitions if each.label is None]

    def play(self, activity: str) -> None:
        """Let the net do what the case did."""
        offered = self._seen.get(activity)
        if offered is None:
            self._tokens = replace(self._tokens, unseen=self._tokens.unseen + 1)
            return
        for transition in self._way_to(lambda at: any(t.is_enabled(at) for t in offered)):
            self._fire(transition)
        self._fire(min(offered, key=self._lacking))

    def end(self) -> Tokens:
        """Take the tokens of the end, and count what is left."""
        for transition in self._way_to(lambda at: at == self._net.end):
            self._fire(transition)
        here, wanted = self._marking, self._net.end
        missing = sum(max(w - h, 0) for h, w in zip(here, wanted, strict=True))
        left = sum(max(h - w, 0) for h, w in zip(here, wanted, strict=True))
        return self._tokens + Tokens(consumed=sum(wanted), missing=missing, remaining=left)

    def _lacking(self, transition: Transition) -> int:
        return sum(max(tokens - self._marking[place], 0) for place, tokens in transition.takes)

    def _fire(self, transition: Transition) -> None:
        """Fire, with tokens lent where they are missing."""
        lent = list(self._marking)
        for place, tokens in transition.takes:
            lent[place] = max(lent[place], tokens)
        self._tokens += Tokens(
            produced=sum(tokens for _place, tokens in transition.gives),
            consumed=sum(tokens for _place, tokens in transition.takes),
            missing=self._lacking(transition),
        )
        self._marking = transition.fired(tuple(lent))

    def _way_to(self, is_there: Goal) -> list[Transition]:
        """The fewest steps that nobody sees to a marking that is wanted; none if there is none."""
        if is_there(self._marking) or not self._silent:
            return []
        ways: dict[Marking, tuple[Transition, ...]] = {self._marking: ()}
        waiting = deque([self._marking])
        while waiting and len(ways) < MOST_LOOKED_AT:
            marking = waiting.popleft()
            for transition in self._silent:
                if not transition.is_enabled(marking):
                    continue
                after = transition.fired(marking)
                if after in ways:
                    continue
                ways[after] = (*ways[marking], transition)
                if is_there(after):
                    return list(ways[after])
                waiting.append(after)
        return []
