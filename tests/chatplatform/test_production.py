"""An unsafe installation does not start, and the demo's published password opens nothing in production."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.models import User
from tests.cast import Cast
from tests.clients.people import PASSWORD, Rest, log_in
from tests.servers.databases import PROJECT
from tests.servers.stack import Stack

StartStack = Callable[..., Stack]

SAFE = {
    "PUBLIC_URL": "https://chat.example.com",
    "SECRET_KEY": "kT9w2Qz7Lm4Xv8Bn1Rf6Yd3Hs5Jp0Gc-aEuWiOoPlKjMnBvCxZq",
    "DEMO": "0",
    "DEBUG": "0",
}


@pytest.mark.parametrize(
    ("setting", "value", "says"),
    [
        ("SECRET_KEY", "short", "SECRET_KEY is missing or weak"),
        ("DEMO", "1", "DEMO=1 makes log-ins with a published password"),
        *(
            pytest.param(*unsafe, marks=pytest.mark.slow)
            for unsafe in (
                ("SECRET_KEY", "a" * 60, "SECRET_KEY is missing or weak"),
                ("DEBUG", "1", "DEBUG=1 shows tracebacks"),
                ("PUBLIC_URL", "http://chat.example.com", "PUBLIC_URL is not https"),
                ("AI_BASE_URL", "https://ai.example.com/v1", "only a part is set"),
                ("AI_MODEL", "small", "only a part is set"),
                ("AI_API_KEY", "sk-secret", "only a part is set"),
                ("AI_EMBEDDING_MODEL", "small", "only a part is set"),
                ("AI_EMBEDDING_BASE_URL", "https://ai.example.com/v1", "only a part is set"),
                ("AI_EMBEDDING_API_KEY", "sk-secret", "only a part is set"),
                ("ENCRYPTION_KEYS", "short", "less than 32 characters"),
            )
        ),
    ],
)
def test_the_web_server_does_not_start_with_unsafe_settings(setting: str, value: str, says: str) -> None:
    ended = load_the_application({**SAFE, setting: value})
    assert ended.returncode == 1
    assert says in ended.stderr
    assert "Traceback" not in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("unsafe", ["DEMO", "DEBUG"])
def test_a_forgotten_public_url_does_not_make_a_public_host_safe(unsafe: str) -> None:
    settings = {**SAFE, "PUBLIC_URL": "http://127.0.0.1:8000", "ALLOWED_HOSTS": "chat.example.com", unsafe: "1"}
    ended = load_the_application(settings)
    assert ended.returncode == 1
    assert f"{unsafe}=1" in ended.stderr


def test_safe_settings_start() -> None:
    ended = load_the_application(SAFE)
    assert ended.returncode == 0, ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize(
    ("chosen", "says"),
    [
        ({"AI_EMBEDDING_BASE_URL": "ai.example.com"}, "AI_EMBEDDING_BASE_URL is not an address of an AI endpoint"),
        ({"EMBEDDING_MODEL_DIR": "/models/small"}, "AI_EMBEDDING_MODEL and EMBEDDING_MODEL_DIR are both set"),
    ],
)
def test_an_embedding_model_of_two_kinds_or_nowhere_does_not_start(chosen: dict[str, str], says: str) -> None:
    ended = load_the_application({**SAFE, "AI_EMBEDDING_MODEL": "small", **chosen})
    assert ended.returncode == 1
    assert says in ended.stderr


@pytest.mark.slow
def test_a_model_folder_that_cannot_be_used_is_warned_of_in_a_line_and_does_not_stop_the_product(
    tmp_path: Path,
) -> None:
    told = run("manage.py", "check", settings={**SAFE, "EMBEDDING_MODEL_DIR": str(tmp_path)})
    assert told.returncode == 0, told.stderr
    (line,) = [line for line in told.stderr.splitlines() if "chat.W002" in line]
    assert f"EMBEDDING_MODEL_DIR cannot be used: {tmp_path} has no tokenizer.json and no model.onnx." in line


@pytest.mark.slow
@pytest.mark.parametrize(("proxies", "warned"), [("0", True), ("1", False)])
def test_all_visitors_as_one_address_are_warned_of(proxies: str, warned: bool) -> None:
    told = run("manage.py", "check", settings={**SAFE, "TRUSTED_PROXIES": proxies})
    assert told.returncode == 0, told.stderr
    assert ("chat.W001" in told.stderr) is warned


@pytest.mark.slow
def test_the_demos_log_ins_open_nothing_where_demo_is_off(cast: Cast, stack: Stack, new_stack: StartStack) -> None:
    User.objects.filter(pk=cast.ben.pk).update(is_demo=True)
    ben = log_in(stack, cast.ben)  # in the demo he may
    production = new_stack(env={"DEMO": "0"}, worker=False)
    credentials = {"email": cast.ben.email, "password": PASSWORD}
    assert Rest(production).post("auth/token/", credentials).status_code == 401
    assert Rest(production, ben.rest.token).get("conversations/").status_code == 401
    assert log_in(production, cast.ada).rest.get("conversations/").status_code == 200


def load_the_application(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run("-c", "import chatplatform.asgi", settings=settings)


def run(*arguments: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, **settings}
    return subprocess.run(
        [sys.executable, *arguments],
        cwd=PROJECT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
