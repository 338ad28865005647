"""What the tests of webhooks share."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from accounts.models import Website
from integrations.models import Event, Webhook
from integrations.webhooks.settings import make_webhook
from tests.cast import Cast
from tests.clients.people import Visitor, visit
from tests.integrations.receiver import Receiver
from tests.servers.stack import Stack

EVERYTHING = list(Event.values)
Hook = Callable[..., Webhook]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as found:
        yield found


@pytest.fixture
def hook(receiver: Receiver, cast: Cast) -> Hook:
    """`hook()`: Acme tells the receiver everything. Its secret is in `hook().secret`."""

    def make(website: Website = cast.acme, events: list[str] | None = None, url: str = "") -> Webhook:
        made, secret = make_webhook(website, url or receiver.url, events or EVERYTHING, cast.ada.pk)
        made.secret = secret  # type: ignore[attr-defined]  # for the tests alone
        return made

    return make


@pytest.fixture
def guest(stack: Stack, people_only: Cast) -> Visitor:
    return visit(stack, people_only.acme)


def data(told: Any) -> dict[str, Any]:
    found: dict[str, Any] = told.json["data"]
    return found
