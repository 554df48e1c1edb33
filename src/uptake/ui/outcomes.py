"""What became of something that was asked for on a page: it was done, or why not is said there.

The one way for every page that does something: on the form, where it is shown again, or on the
page that somebody is sent back to.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import TracebackType

from django.contrib import messages
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms import BaseForm
from django.http import HttpRequest

from uptake.foundation.errors import DomainError, Invalid, NotAllowed, NotFound


@dataclass(frozen=True, slots=True)
class Problems:
    """Says what people caused within it, and goes on behind it; ``refusals`` end the page."""

    say: Callable[[str], object]
    refusals: tuple[type[DomainError], ...]

    def __enter__(self) -> None:
        """Nothing was wrong so far."""

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        problem: BaseException | None,
        _trace: TracebackType | None,
    ) -> bool:
        """Say it, unless nobody caused it or it is a refusal."""
        is_said = isinstance(problem, DomainError) and not isinstance(problem, self.refusals)
        if is_said:
            self.say(str(problem))
        return is_said


def problems_on(form: BaseForm) -> Problems:
    """Say what is wrong above the form; what is not there was named in it."""
    return Problems(lambda said: form.add_error(None, said), (NotAllowed,))


def problems_next(request: HttpRequest) -> Problems:
    """Say what is wrong on the page that comes next; what is not there has none."""
    return Problems(lambda said: messages.warning(request, said), (NotAllowed, NotFound))


def require_clear(form: BaseForm) -> None:
    """Do nothing if a form can be read.

    Raises:
        Invalid: it cannot; says of the first field what is wrong with it.
    """
    if form.is_valid():
        return
    name, problems = next(iter(form.errors.items()))
    about = "" if name == NON_FIELD_ERRORS else f"{form.fields[name].label}: "
    raise Invalid(f"{about}{problems[0]}")
