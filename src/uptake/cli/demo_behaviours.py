"""What the simulated vendor's people are asked to do: some behaviours, one still a draft."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, time, timedelta

from uptake.capabilities.behaviours.actions import BehaviourFacts, draft_behaviour, go_live
from uptake.capabilities.behaviours.asking_duties import AskedDuty, ask_duties
from uptake.capabilities.behaviours.definition import Definition, Effects
from uptake.capabilities.behaviours.models import Behaviour, Duty, DutyCadence
from uptake.capabilities.customers.queries import visible_populations
from uptake.foundation.actor import Actor
from uptake.foundation.models import User
from uptake.methods.behaviour.periods import Cadence

ASKED_FOR = timedelta(weeks=26)
"""So long most of them have been asked for."""

FRIDAY = 4

CALLS = Definition(
    statement="Log each customer call in Activities, with the next step",
    population="sales representative",
    product="crm",
    actions=("call.logged",),
    right_first_time=True,
    amount=3,
    weekday=FRIDAY,
    at=time(17),
    grace_hours=2,
    reason="Inside sales call the same contacts next and have to know what was said.",
    depends_on="Inside sales",
    outcome="Time from lead to order",
    counters=("artificial", "not first time"),
    effects=Effects(
        "Calls are written down on the day they are made",
        "Nobody is called twice about the same thing",
        "One call is written down as two, to reach the number",
        "Less time for the call itself",
    ),
)
CONTACTS = Definition(
    statement="Enter or update contacts with phone, e-mail, address and title by Friday 13:00",
    population="sales representative",
    product="crm",
    actions=("contact.created", "contact.updated"),
    right_first_time=True,
    amount=2,
    weekday=FRIDAY,
    at=time(13),
    reason="Marketing writes to these addresses on Friday afternoon.",
    depends_on="Marketing",
    outcome="Contacts that can be reached",
    counters=("not first time", "late"),
    effects=Effects("Contacts are kept up to date", "Letters arrive", "Old contacts are opened"),
)
CASES = Definition(
    statement="Diagnose each case within two days of opening it",
    population="service agent",
    product="service",
    actions=("case.opened",),
    every_opportunity=True,
    answer_actions=("case.diagnosed",),
    answer_hours=48,
    right_first_time=True,
    weekday=FRIDAY,
    at=time(17),
    threshold=0.8,
    reason="The customer waits until somebody has looked.",
    depends_on="Whoever opened the case",
    outcome="Time to resolution",
    counters=("cases reopened",),
)
FEEDBACK = Definition(
    statement="Give feedback on a reply to somebody of your team in Cases",
    population="service manager",
    product="service",
    actions=("feedback.given",),
    right_first_time=True,
    amount=1,
    weekday=FRIDAY,
    at=time(17),
    reason="Agents learn from single cases, and want to know when they did well.",
    depends_on="Service agents",
    outcome="Cases right at the first attempt",
    counters=("artificial",),
)
COACHING = Definition(
    statement="Note one coaching talk with somebody of your team in Activities",
    population="sales manager",
    product="crm",
    actions=("coaching.noted",),
    within_hours=72,
    amount=1,
    cadence=Cadence.MONTH,
    at=time(17),
    reason="People want to know what to do better, and that somebody saw what went well.",
    depends_on="The people you lead",
    outcome="Share of new people who ramp in six weeks",
    counters=("artificial",),
)
FORECAST = Definition(
    statement="Use the forecast regularly",
    population="planner",
    product="planning",
    actions=("forecast.submitted",),
    amount=1,
)
LIVE = {
    "Calls logged": CALLS,
    "Contacts kept up": CONTACTS,
    "Cases diagnosed": CASES,
    "Feedback given": FEEDBACK,
    "Coaching noted": COACHING,
}
DRAFT = "Forecasts submitted"
DUTIES = (
    AskedDuty(Duty.ARTICULATE, DutyCadence.MONTH),
    AskedDuty(Duty.RECOGNISE, DutyCadence.WEEK),
    AskedDuty(Duty.CORRECT, DutyCadence.WEEK),
)


def ask(actor: Actor, *, owner: User, today: date) -> None:
    """Write the behaviours down and set them live, as of half a year ago; what is there stays."""
    rules = {p.name: tuple(dict(r) for r in p.rules) for p in visible_populations(actor)}
    there = set(Behaviour.objects.filter(workspace=actor.workspace).values_list("name", flat=True))
    for name, definition in LIVE.items():
        if name not in there and definition.population in rules:
            review_on = today + timedelta(weeks=13)
            whole = replace(definition, rules=rules[definition.population], review_on=review_on)
            drafted = draft_behaviour(actor, BehaviourFacts(name, whole, owner=owner))
            go_live(actor, drafted.pk, since=today - ASKED_FOR)
    if DRAFT not in there and FORECAST.population in rules:
        vague = replace(FORECAST, rules=rules[FORECAST.population])
        draft_behaviour(actor, BehaviourFacts(DRAFT, vague))
    ask_duties(actor, DUTIES, since=today - ASKED_FOR)
