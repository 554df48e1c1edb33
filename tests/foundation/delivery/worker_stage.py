"""Workers to be killed: forked from one process that has loaded everything; told over stdin.

``deliver`` forks one that sends what is due and says its number; ``later`` one that comes back
after every lease is over; ``wait PID`` says how one ended.
"""

from __future__ import annotations

import os
import sys

from uptake.foundation.boot import boot


def deliver() -> None:
    from uptake.foundation.delivery.sending import deliver_due

    deliver_due()


def later() -> None:
    from django.utils.timezone import now

    from uptake.foundation.delivery.sending import LEASE, deliver_due, recover

    recover(now() + 2 * LEASE)
    deliver_due()


def fork(role: str) -> int:
    child = os.fork()
    if child:
        return child
    try:
        {"deliver": deliver, "later": later}[role]()
    except BaseException as problem:
        sys.stderr.write(repr(problem))
        os._exit(1)
    os._exit(0)


def main() -> None:
    boot()
    import uptake.foundation.delivery.sending  # noqa: F401  # before the first fork

    for line in sys.stdin:
        word, _, number = line.strip().partition(" ")
        said = os.waitstatus_to_exitcode(os.waitpid(int(number), 0)[1]) if number else fork(word)
        sys.stdout.write(f"{said}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
