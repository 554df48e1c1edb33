"""Pages of whoever leads adoption: surveys, what they tell, what was done, what is asked."""

from __future__ import annotations

from collections.abc import Iterator

from django.contrib import messages
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from uptake.capabilities.assessments import actions
from uptake.capabilities.assessments.forms import QuestionsForm, StepForm, SurveyForm
from uptake.capabilities.assessments.instrument import standard_instrument
from uptake.capabilities.assessments.models import Survey
from uptake.capabilities.assessments.queries import (
    access_survey,
    instrument_of,
    newest_questions,
    visible_steps,
    visible_surveys,
    writes_surveys,
)
from uptake.capabilities.assessments.results import WaveTold, waves_told
from uptake.capabilities.assessments.saying import headline, stand_of
from uptake.capabilities.assessments.steps import steps_told
from uptake.capabilities.customers.queries import visible_accounts
from uptake.foundation import activity
from uptake.foundation.access import Permission
from uptake.foundation.web import PageRequest, page
from uptake.methods.assessment.opinions import Opinion
from uptake.ui.answers import answer_csv, answer_form
from uptake.ui.outcomes import problems_next, problems_on, require_clear


@require_safe
@page
def list_surveys(request: PageRequest) -> HttpResponse:
    """List the surveys with what the newest wave of each tells."""
    actor = request.actor
    rows = [(each, headline(stand_of(each))) for each in visible_surveys(actor)]
    shown = {
        "rows": rows,
        "may_write": writes_surveys(actor),
        "statements": len(standard_instrument().statements),
    }
    return render(request, "assessments/surveys.html", shown)


@require_safe
@page
def survey(request: PageRequest, survey: int) -> HttpResponse:
    """Show what a survey tells, beside what was done."""
    actor = request.actor
    found = access_survey(actor, survey)
    stand = stand_of(found)
    told = [wave for wave in stand.waves if wave.is_told]
    norms = instrument_of(newest_questions(found)).norms
    steps = list(visible_steps(actor, found))
    shown = {
        "survey": found,
        "stand": stand,
        "sentence": headline(stand),
        "newest": told[0] if told else None,
        "before": told[1] if len(told) > 1 else None,
        "earlier": stand.waves,
        "steps": steps_told(steps, stand.waves, norms),
        "step_form": StepForm(norms=norms),
        "may_write": writes_surveys(actor),
        "may_export": actor.may(Permission.METRICS_EXPORT),
    }
    return render(request, "assessments/survey.html", shown)


HEADINGS = (
    *("wave", "first_day", "last_day", "asked", "answered", "norm", "statement", "reversed"),
    *("could_say", "agree", "share", "low", "high", "cannot_say", "agreement_rwg"),
)


@require_safe
@page
def survey_csv(request: PageRequest, survey: int) -> HttpResponseBase:
    """Send what each wave told of each statement as a table; nobody is in it."""
    request.actor.require(Permission.METRICS_EXPORT)
    found = access_survey(request.actor, survey)
    waves = waves_told(found)
    activity.record(request.actor, "survey.exported", found, waves=len(waves))
    return answer_csv(_lines(waves), name="culture")


def _lines(waves: tuple[WaveTold, ...]) -> Iterator[tuple[object, ...]]:
    yield HEADINGS
    for told in waves:
        wave, answered = told.wave, told.answered
        days = (wave.number + 1, wave.first_day, wave.last_day)
        start = (*days, answered.denominator, answered.numerator)
        if not told.is_told:
            yield (*start, "suppressed", *[""] * (len(HEADINGS) - len(start) - 1))
        for norm in told.norms:
            for each in norm.statements:
                asked = (norm.norm.name, each.statement.says, each.statement.is_reversed)
                yield (*start, *asked, *_numbers(each.opinion))


def _numbers(opinion: Opinion | None) -> tuple[object, ...]:
    if opinion is None:
        return ("suppressed", *[""] * 6)
    agree, ends = opinion.agree, opinion.agree.interval
    limits = (ends.low, ends.high) if ends else ("", "")
    return (
        agree.denominator,
        agree.numerator,
        agree.value,
        *limits,
        opinion.unknown,
        "" if opinion.alike is None else opinion.alike,
    )


@require_http_methods(["GET", "HEAD", "POST"])
@page
def new(request: PageRequest) -> HttpResponse:
    """Begin asking the people of an account."""
    actor = request.actor
    actions.require_writer(actor)
    accounts = [(each.external_id, str(each)) for each in visible_accounts(actor)]
    form = SurveyForm(request.POST or None, accounts=accounts)
    if form.is_bound and form.is_valid():
        with problems_on(form):
            made = actions.start_survey(actor, form.wanted())
            messages.success(request, "It begins on its first day; people are told by and by.")
            return _to(request, made)
    standard = standard_instrument()
    return answer_form(request, "assessments/new.html", form, standard=standard)


@require_http_methods(["GET", "HEAD", "POST"])
@page
def questions(request: PageRequest, survey: int) -> HttpResponse:
    """Word what is asked anew, from the next wave on."""
    actor = request.actor
    actions.require_writer(actor)
    found = access_survey(actor, survey)
    newest = newest_questions(found)
    form = QuestionsForm(request.POST or None, asked=instrument_of(newest))
    if form.is_bound and form.is_valid():
        with problems_on(form):
            made = actions.word_survey(actor, survey, form.wanted())
            said = "Nothing was changed." if made == newest else "Asked so from the next wave on."
            messages.success(request, said)
            return _to(request, found)
    return answer_form(
        request, "assessments/questions.html", form, survey=found, version=newest.number
    )


@require_POST
@page
def stop(request: PageRequest, survey: int) -> HttpResponse:
    """Ask nobody any more."""
    actions.require_writer(request.actor)
    found = access_survey(request.actor, survey)
    with problems_next(request):
        actions.stop_survey(request.actor, survey)
        messages.success(request, "Nobody is asked any more; what was told stays.")
    return _to(request, found)


@require_POST
@page
def note_step(request: PageRequest, survey: int) -> HttpResponse:
    """Note what was done to shape norms."""
    actions.require_writer(request.actor)
    found = access_survey(request.actor, survey)
    form = StepForm(request.POST, norms=instrument_of(newest_questions(found)).norms)
    with problems_next(request):
        require_clear(form)
        actions.note_step(request.actor, survey, form.done())
        messages.success(request, "Noted; the next wave shows what people say since.")
    return _to(request, found)


@require_POST
@page
def withdraw(request: PageRequest, survey: int, step: int) -> HttpResponse:
    """Take a step off that was noted by mistake."""
    actions.require_writer(request.actor)
    found = access_survey(request.actor, survey)
    actions.withdraw_step(request.actor, survey, step)
    messages.success(request, "Taken off.")
    return _to(request, found)


def _to(request: PageRequest, survey: Survey) -> HttpResponse:
    slug = request.actor.workspace.slug
    return redirect("assessments:survey", workspace=slug, survey=survey.pk)
