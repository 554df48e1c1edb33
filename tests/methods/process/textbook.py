"""The log of the textbook (van der Aalst 2016, table 8.1): 1,391 cases of 21 variants."""

from __future__ import annotations

FULL = {
    "acdeh": 455, "abdeg": 191, "adceh": 177, "abdeh": 144, "acdeg": 111, "adceg": 82,
    "adbeh": 56, "acdefdbeh": 47, "adbeg": 38, "acdefbdeh": 33, "acdefbdeg": 14, "acdefdbeg": 11,
    "adcefcdeh": 9, "adcefdbeh": 8, "adcefbdeg": 5, "acdefbdefdbeg": 3, "adcefdbeg": 2,
    "adcefbdefbdeg": 2, "adcefdbefbdeh": 1, "adbefbdefdbeg": 1, "adcefdbefcdefdbeg": 1,
}  # fmt: skip
"""Cases of each variant, an activity a letter."""
