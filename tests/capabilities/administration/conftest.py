from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from tests.cast import Cast, gather_cast
from uptake.foundation.actor import Actor

SignIn = Callable[[Actor], Client]


@pytest.fixture
def cast(db: None) -> Cast:
    return gather_cast()


@pytest.fixture
def signed_in() -> SignIn:
    """A browser in which an actor is signed in."""

    def sign_in(actor: Actor) -> Client:
        assert actor.user is not None
        client = Client()
        client.force_login(actor.user)
        return client

    return sign_in
