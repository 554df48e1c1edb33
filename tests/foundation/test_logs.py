from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import ResolverMatch
from django.utils.log import log_response

from uptake.config import Settings
from uptake.foundation.logs import configure_logs


@pytest.fixture(autouse=True)
def _restored() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers, root.level
    yield
    root.handlers, root.level = handlers, level
    structlog.reset_defaults()
    structlog.contextvars.clear_contextvars()


def _lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_json_lines_carry_what_is_bound(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json"))

    with structlog.contextvars.bound_contextvars(request_id="r1"):
        structlog.get_logger("ours").info("lake.loaded", stored=3)

    (line,) = _lines(capsys)
    assert line["event"] == "lake.loaded"
    assert (line["stored"], line["request_id"], line["level"]) == (3, "r1", "info")
    assert str(line["timestamp"]).endswith("Z")


def test_lines_of_other_libraries_take_the_same_shape(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json"))

    with structlog.contextvars.bound_contextvars(job_id="j1"):
        logging.getLogger("django.request").warning("gone: %s", "/x")

    (line,) = _lines(capsys)
    assert (line["event"], line["logger"], line["job_id"]) == ("gone: /x", "django.request", "j1")


def test_a_failure_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json"))

    try:
        raise ZeroDivisionError
    except ZeroDivisionError:
        structlog.get_logger("ours").exception("loader.crashed")

    (line,) = _lines(capsys)
    assert "ZeroDivisionError" in str(line["exception"])


def test_less_important_lines_are_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_level="warning", log_format="console"))

    structlog.get_logger("ours").info("quiet")
    structlog.get_logger("ours").warning("loud")

    written = capsys.readouterr().err
    assert "loud" in written
    assert "quiet" not in written


@pytest.mark.parametrize("part", ["token", "secret"])
def test_an_address_that_is_a_secret_is_in_no_line(
    capsys: pytest.CaptureFixture[str], part: str
) -> None:
    configure_logs(Settings(log_format="json"))
    request = RequestFactory().post("/asked/abc.def")
    request.resolver_match = ResolverMatch(print, (), {part: "abc.def"}, route=f"asked/<{part}>")

    log_response("Conflict: %s", request.path, response=HttpResponse(status=409), request=request)

    (line,) = _lines(capsys)
    assert line["event"] == f"Conflict: asked/<{part}>"
    assert "abc.def" not in json.dumps(line)


def test_any_other_address_is_told_as_it_is(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs(Settings(log_format="json"))
    request = RequestFactory().get("/nowhere")
    request.resolver_match = None

    log_response("Gone: %s", request.path, response=HttpResponse(status=404), request=request)

    (line,) = _lines(capsys)
    assert line["event"] == "Gone: /nowhere"
