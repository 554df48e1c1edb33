"""In which state is a group's adoption: the five failure states, working, or no answer.

Requirement row A3: "sitting idle", "used in the wrong way", "barely used", "have bad data
entered", "no data entered" are told apart by written rules on measured evidence. The rules are
tried in order of severity and the first that holds gives the state; every answer carries its rule
as a sentence with the numbers, how far each number is from its threshold, and which other states
the uncertainty of the numbers allows. An artefact of extraction, too few people, or a system that
is not live yet never becomes a failure.
"""

from uptake.methods.adoption.states.evidence import AdoptionState, Evidence
from uptake.methods.adoption.states.history import Observation, Transition, transitions
from uptake.methods.adoption.states.rules import Classification, Margin, classify
from uptake.methods.adoption.states.sentences import rule_texts
from uptake.methods.adoption.states.thresholds import Thresholds

__all__ = [
    "AdoptionState",
    "Classification",
    "Evidence",
    "Margin",
    "Observation",
    "Thresholds",
    "Transition",
    "classify",
    "rule_texts",
    "transitions",
]
