"""How the numbers of a process came about: formula, denominator, window and limits of each."""

from __future__ import annotations

from collections.abc import Iterator

from uptake.capabilities.process.findings import share_words
from uptake.capabilities.process.picture import Conformance, Handing, ProcessPicture
from uptake.capabilities.process.wording import LEVELS, span
from uptake.methods.statistics.proportions import Share
from uptake.ui import words
from uptake.ui.document import Explanation

LIMITS = "Limits in brackets hold 95 % of the time (Wilson)."


def explanations(picture: ProcessPicture) -> tuple[Explanation, ...]:
    """Every number that the picture has, with how it came about."""
    if picture.conformance is None:
        told = (*_usual(picture), *_hands(picture), *_times(picture))
    else:
        straying = _straying(picture.conformance, picture)
        told = (*straying, *_usual(picture), *_hands(picture), *_times(picture))
    return tuple(told)


def for_page(picture: ProcessPicture, page: str) -> tuple[Explanation, ...]:
    """Those of the numbers that one page of the process shows."""
    parts = {
        "process": explanations,
        "map": lambda each: (*_usual(each), *_waits(each)),
        "variants": _usual,
        "deviations": lambda each: _straying(each.conformance, each),
        "resources": _hands,
        "handovers": _hands,
        "durations": _times,
    }
    return tuple(parts[page](picture)) if page in parts else ()


def _window(picture: ProcessPicture) -> str:
    summary = picture.summary
    cases = words.plural(summary.cases, "case")
    if summary.start is None or summary.end is None:
        return f"{cases}, without moments"
    return f"{cases}, {words.short_day(summary.start)} to {words.short_day(summary.end)}"


def _straying(found: Conformance | None, picture: ProcessPicture) -> Iterator[Explanation]:
    if found is None:
        return
    window = _window(picture)
    yield Explanation(
        "As intended", f"How many {found.about}s run as they are meant to?",
        "cases without a step skipped or added, a rule broken or a step done by another role, of "
        f"all cases. {LIMITS}", words.count(found.straight.numerator),
        words.plural(found.straight.denominator, "case"), _share(found.straight), window,
        "the case is too far from the model to be measured exactly",
    )  # fmt: skip
    if found.fitness is None:
        return
    yield Explanation(
        "Fitness", "How far does a case stray, on average?",
        "mean over cases of 1 - steps / (events + shortest way of the model); steps: the fewest of "
        "the model to skip and of the case to add until both agree (optimal alignment). 1 is as "
        "intended", words.plural(found.cost_total or 0, "step"),
        words.plural(found.cases, "case"), f"{found.fitness:.3f}", window,
        "the model has rules alone",
    )  # fmt: skip
    if found.precision is not None:
        yield Explanation(
            "Precision", "How much does the model demand?",
            "of the steps that the model allows next, wherever cases are, the part that is ever "
            "done there (escaping edges). Near 0 the model allows everything, and fitness says "
            "nothing", "", "", f"{found.precision:.2f}", window, "no case could be aligned",
        )  # fmt: skip
    yield Explanation(
        "What straying costs", "How much longer do cases take that stray so?",
        "the middle of all differences from cases alike in account or product that run as intended "
        "(Hodges-Lehmann), with limits by drawing teams again. It says how large the difference "
        "is, not why; a dash: it could be chance", "", "cases that stray so and have cases alike",
        "", window, "there are fewer than ten teams, or the log has no moments",
    )  # fmt: skip


def _usual(picture: ProcessPicture) -> Iterator[Explanation]:
    window = _window(picture)
    yield Explanation(
        "Ways", "In how many ways does work run?",
        "cases whose activities came in the same order took the same way; its share is of all "
        "cases", "", words.plural(picture.summary.cases, "case"),
        words.plural(picture.summary.variants, "way"), window, "",
    )  # fmt: skip
    yield Explanation(
        "Done again", "How often is a step done again?",
        f"cases in which an activity comes more than once, of all cases. {LIMITS}",
        words.plural(picture.rework.cases.numerator, "case"),
        words.plural(picture.rework.cases.denominator, "case"), _share(picture.rework.cases),
        window, "",
    )  # fmt: skip


def _hands(picture: ProcessPicture) -> Iterator[Explanation]:
    for each in picture.handing:
        yield _passing(each, _window(picture))


def _passing(each: Handing, window: str) -> Explanation:
    one, many = LEVELS[each.level]
    known = f"{words.count(each.successions)} times that work went on with both sides known"
    unknown = f"; of {words.count(each.unknown)} a side is not known" if each.unknown else ""
    back = "" if each.ping_pong.value is None else (
        f". Straight back: to the {one} it came from, however many steps were done in between, "
        "of all handovers"
    )  # fmt: skip
    least = "at least " if each.unknown else ""
    return Explanation(
        f"Handovers between {many}", f"How often does a case pass from one {one} to another?",
        f"steps of a case, one directly after the other, that were done by different {many}, by "
        f"case{back}",
        words.plural(each.handovers, "handover"),
        f"{known}{unknown}",
        f"{least}{words.amount(each.per_case.mean)} a case", window,
        f"the {one} is never known of two steps in a row",
    )  # fmt: skip


def _times(picture: ProcessPicture) -> Iterator[Explanation]:
    found = picture.durations
    if found is not None:
        still = words.plural(found.open_cases, "case")
        yield Explanation(
            "Time a case takes", "By when are half of the cases, and nine of ten, over?",
            "last moment minus first moment, in calendar time. A case is open when its last step "
            "usually leads on and the log ends before that was due; it counts as at least so long "
            "(Kaplan-Meier)", f"{still} open", words.plural(found.cases, "case"),
            f"{span(found.half_seconds)}, and {span(found.most_seconds)}", _window(picture),
            f"moments are missing or cannot be believed: {words.count(found.left_out)} left out",
        )  # fmt: skip
    yield from _waits(picture)


def _waits(picture: ProcessPicture) -> Iterator[Explanation]:
    if picture.durations is None:
        return
    yield Explanation(
        "Time from step to step", "Where does work wait?",
        "from the end of a step to the beginning of the next, the median over all times; with one "
        "moment for each step the work on it is in it", "", "times that one followed the other",
        "", _window(picture), "moments were written in batches: it is then the time of writing",
    )  # fmt: skip


def _share(share: Share) -> str:
    return share_words(share, "cases") if share.value is not None else "No case was measured"
