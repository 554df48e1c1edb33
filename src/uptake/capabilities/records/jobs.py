"""What the worker does for records: takes deliveries in and judges what is due."""

from __future__ import annotations

from huey import crontab

from uptake.foundation.jobs import queue


def carry_on() -> int:
    """Take in deliveries that wait, judge where something changed; returns how many of both."""
    from uptake.capabilities.records import working

    return working.carry_on()


def ask() -> int:
    """Close rounds that are over, ask whoever is due the two questions; returns how many people."""
    from uptake.capabilities.records import pulse_tallies, pulsing

    pulse_tallies.close_over_rounds()
    return pulsing.ask_due()


def mail() -> int:
    """Mail the two questions to whoever is asked, at an hour that suits; returns how many."""
    from uptake.capabilities.records import pulse_mail

    return pulse_mail.mail_due()


def each_minute() -> None:
    """Take up what a worker that died has left, and what arrived as events."""
    carry_on()


carry_on_job = queue.task()(carry_on)
ask_job = queue.periodic_task(crontab(minute="20"))(ask)
mail_job = queue.periodic_task(crontab(minute="40"))(mail)
each_minute_job = queue.periodic_task(crontab(minute="*"))(each_minute)


def wake() -> None:
    """Tell the worker that there is something to do."""
    carry_on_job()
