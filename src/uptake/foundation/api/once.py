"""A POST that is sent twice is done once: its answer is kept for a day and given again.

The answer is written in the transaction of the deed, so either both are there or neither. Errors
are not kept: they did nothing, so the next try may succeed. Answers may hold secrets that are shown
once, so they are sealed with what only the sender and this installation know.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import timedelta

from cryptography.fernet import Fernet
from django.db import IntegrityError, transaction
from django.http import HttpResponse
from django.utils.timezone import now

from uptake.config import load_settings
from uptake.foundation.api.callers import ApiRequest
from uptake.foundation.errors import Conflict, Invalid
from uptake.foundation.models import KeptAnswer, Workspace

HEADER = "Idempotency-Key"
REPEATED = "Idempotency-Replayed"
KEPT_FOR = timedelta(hours=24)
LONGEST_KEY = 200


def do_once(request: ApiRequest, do: Callable[[], HttpResponse]) -> HttpResponse:
    """Do what a POST asks for, unless the same POST has been done: then answer as before.

    Raises:
        Invalid: the key cannot be used.
        Conflict: the key came with another request before.
    """
    key = request.headers.get(HEADER)
    if key is None:
        return do()
    if not key.strip() or len(key) > LONGEST_KEY or not key.isprintable():
        raise Invalid(f"{HEADER} is a text of 1 to {LONGEST_KEY} characters, such as a UUID.")
    with transaction.atomic():
        row, is_new = _claim(request, key)
        if not is_new:
            return _again(row, request, key)
        answer = do()
        row.status = answer.status_code
        row.body = _seal(row, key).encrypt(answer.content).decode("ascii")
        row.save(update_fields=["status", "body"])
        return answer


def forget_answers(workspace: Workspace) -> int:
    """Delete every answer that is kept for a workspace; returns how many there were."""
    return KeptAnswer.objects.filter(workspace=workspace).delete()[0]


def _claim(request: ApiRequest, key: str) -> tuple[KeptAnswer, bool]:
    """Return the row of a key, and whether it is ours to fill; waits for whoever is at it."""
    KeptAnswer.objects.filter(created_at__lt=now() - KEPT_FOR).delete()
    digest = hashlib.sha256(key.encode()).hexdigest()
    named = {"workspace": request.actor.workspace, "caller": request.caller.name, "key": digest}
    try:
        with transaction.atomic():
            return KeptAnswer.objects.create(**named, request=_fingerprint(request, key)), True
    except IntegrityError:
        return KeptAnswer.objects.get(**named), False


def _again(row: KeptAnswer, request: ApiRequest, key: str) -> HttpResponse:
    if row.request != _fingerprint(request, key):
        raise Conflict(f"This {HEADER} came with another request before; use a new one.")
    content = _seal(row, key).decrypt(row.body.encode("ascii"))
    answer = HttpResponse(content, status=row.status, content_type="application/json")
    answer[REPEATED] = "true"
    return answer


def _fingerprint(request: ApiRequest, key: str) -> str:
    """Nobody who reads it can try which body it was, as few as an answer's may be."""
    secret = f"requests:{load_settings().signing_secret()}:{key}".encode()
    told = f"{request.method} {request.get_full_path()}\n".encode() + request.body
    return hmac.new(secret, told, hashlib.sha256).hexdigest()


def _seal(row: KeptAnswer, key: str) -> Fernet:
    told = f"answers:{load_settings().signing_secret()}:{row.caller}:{key}"
    return Fernet(base64.urlsafe_b64encode(hashlib.sha256(told.encode()).digest()))
