"""What docs/webhooks.md says that a receiver should do, done: in Python and in Node."""

from __future__ import annotations

import json
import re
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest

from tests.clients.people import Visitor
from tests.integrations.fixtures import Hook
from tests.integrations.receiver import Receiver, Told

ROOT = Path(__file__).resolve().parents[2]
NODE = ROOT / ".venv/node/node"


def snippet(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", (ROOT / "docs/webhooks.md").read_text(), re.DOTALL)
    assert found
    return found[1]


def in_python(secret: str, headers: dict[str, str], body: bytes) -> bool:
    scope: dict[str, Any] = {}
    exec(snippet("python"), scope)
    found: bool = scope["is_genuine"](secret, headers, body)
    return found


def in_node(secret: str, headers: dict[str, str], body: bytes) -> bool:
    given = json.dumps([secret, {name.lower(): value for name, value in headers.items()}, body.decode()])
    program = f"{snippet('javascript')}\nconst [s, h, b] = {given};\nconsole.log(isGenuine(s, h, Buffer.from(b)));"
    done = subprocess.run([NODE, "--input-type=module", "-"], input=program, capture_output=True, text=True, check=True)
    return done.stdout.strip() == "true"


@pytest.mark.parametrize("check", [in_python, in_node])
def test_what_we_send_is_genuine_and_nothing_else_is(
    guest: Visitor, receiver: Receiver, hook: Hook, check: Any
) -> None:
    secret = hook(events=["message_created"]).secret  # type: ignore[attr-defined]
    guest.open("Grüße 👋")
    told: Told = receiver.wait("message_created")[0]
    headers = told.headers
    assert check(secret, headers, told.body)
    assert not check("whsec_another", headers, told.body)
    assert not check(secret, headers, told.body.replace(b"Gr", b"gr"))
    assert not check(secret, headers | {"X-ChatPlatform-Signature": "sha256=00"}, told.body)
    assert not check(secret, headers | {"X-ChatPlatform-Timestamp": str(int(time.time()) - 400)}, told.body)
