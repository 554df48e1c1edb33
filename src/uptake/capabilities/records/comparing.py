"""What a rated sample says, in plain words and rows that a page and the API show alike."""

from __future__ import annotations

from dataclasses import dataclass

from uptake.capabilities.records.models import Judgement, RatedSample
from uptake.capabilities.records.rated import Progress, comparison_of, progress_of
from uptake.methods.quality.rated_sample import Comparison, Verdict
from uptake.methods.statistics.agreement import FIRM, TENTATIVE, Agreement
from uptake.methods.statistics.proportions import Share
from uptake.ui import words

MOST_RULES = 8


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One agreement as it is shown; ``word`` says what to think of it."""

    between: str
    about: str
    found: Agreement
    word: str


@dataclass(frozen=True, slots=True)
class RuleRow:
    """A rule that people do not share: of the drawn records that miss it, how many they call fit.

    ``hidden``: it is about too few people to be told of.
    """

    sentence: str
    share: Share


@dataclass(frozen=True, slots=True)
class SampleStand:
    """How a sample stands: who has rated how many, and what came of it once all are done.

    ``found`` None: not yet due. ``hidden_rules``: rules that would tell of too few people.
    """

    sample: RatedSample
    sentence: str
    progress: tuple[Progress, ...]
    found: Comparison | None
    agreements: tuple[AgreementRow, ...] = ()
    rules: tuple[RuleRow, ...] = ()
    hidden_rules: int = 0

    @property
    def records(self) -> int:
        """How many records were drawn."""
        return self.progress[0].of if self.progress else 0


def stand_of(sample: RatedSample) -> SampleStand:
    """Return how a sample stands."""
    progress, found = tuple(progress_of(sample)), comparison_of(sample)
    if found is None:
        return SampleStand(sample, waiting_words(progress), progress, None)
    rules, hidden = _rules(sample, found)
    return SampleStand(
        sample,
        sentence_of(found, rules),
        progress,
        found,
        tuple(_agreements(found)),
        tuple(rules[:MOST_RULES]),
        hidden,
    )


def waiting_words(progress: tuple[Progress, ...]) -> str:
    """Return who is waited for."""
    open_ = [each for each in progress if not each.is_done]
    if len(progress) < 2 or not progress[0].of:
        return "Too little is left of this sample to compare anything; draw another one."
    who = words.listed([str(each.rater) for each in open_])
    return f"Not yet due: {who} {'has' if len(open_) == 1 else 'have'} not rated every record."


def sentence_of(found: Comparison, rules: list[RuleRow]) -> str:
    """Return in a sentence or two whether the rules agree with people."""
    if found.verdict is Verdict.NOTHING_VARIES:
        return (
            "All these records were rated alike, so nothing can be compared; draw a larger sample."
        )
    if found.verdict is Verdict.SPLIT:
        return (
            "The people who rated do not agree with one another: say more exactly what fit for "
            "use means before the rules are held against it."
        )
    if found.verdict is Verdict.OPEN:
        return (
            "It cannot be said yet whether the rules agree with people: too few records were "
            "rated; draw a larger sample."
        )
    if found.verdict is Verdict.AGREE:
        return f"The rules agree with people: {_confirmed(found)}."
    told = f"The rules do not agree with people: {_confirmed(found)}."
    if not rules:
        return told
    worst, share = rules[0].sentence, rules[0].share
    return (
        f"{told} “{worst}” disagrees most: people call {words.count(share.numerator)} of the "
        f"{words.count(share.denominator)} records that miss it fit."
    )


def _confirmed(found: Comparison) -> str:
    fit, unfit = found.fit_confirmed, found.unfit_confirmed
    return (
        f"people confirm {words.count(fit.numerator)} of {words.count(fit.denominator)} that they "
        f"call fit, and {words.count(unfit.numerator)} of {words.count(unfit.denominator)} that "
        "they call unfit"
    )


def _agreements(found: Comparison) -> list[AgreementRow]:
    rows = (
        ("The people who rated", "fit for use", found.between_fit),
        ("People and rules", "fit for use", found.with_rules),
        ("The people who rated", "clarity, 1 to 5", found.between_clarity),
        ("People and the rules for notes", "clear or not", found.clarity_with_rules),
    )
    return [
        AgreementRow(between, about, each, word_of(each))
        for between, about, each in rows
        if each.things or about != "clear or not"
    ]


def word_of(found: Agreement) -> str:
    """Return what to think of an agreement, by its value."""
    if found.value is None:
        return "nothing varies"
    if found.value >= FIRM:
        return "firm"
    return "tentative" if found.value >= TENTATIVE else "too low"


def _rules(sample: RatedSample, found: Comparison) -> tuple[list[RuleRow], int]:
    hidden = _hidden(sample)
    told = [
        RuleRow(sample.rules[rule.place], Share(rule.called_fit, rule.failing))
        for rule in found.rules
    ]
    shown = [row for row in told if row.sentence not in hidden]
    return shown, len(told) - len(shown)


def _hidden(sample: RatedSample) -> frozenset[str]:
    """Sentences of rules that are about too few people."""
    judged = Judgement.objects.filter(version=sample.version).first()
    rules = judged.numbers.get("rules", ()) if judged else ()
    return frozenset(rule["rule"] for rule in rules if rule["hidden"])
