"""A setting is used as it was meant, or refused in a line that names it and shows no password."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from chatplatform.environment import Environment, read_environment
from tests.servers.databases import PROJECT


@pytest.mark.parametrize(
    ("written", "origin"),
    [
        ("https://chat.example.com", "https://chat.example.com"),
        ("https://Chat.Example.com:443/", "https://chat.example.com"),
        ("http://127.0.0.1:80", "http://127.0.0.1"),
        ("https://chat.example.com:8443", "https://chat.example.com:8443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_public_url_is_compared_as_browsers_write_it(
    written: str, origin: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PUBLIC_URL", written)
    assert Environment().public_url == origin


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PUBLIC_URL", "chat.example.com"),
        ("PUBLIC_URL", "https://chat.example.com/chat"),
        ("PUBLIC_URL", "https://chat.example.com?x=1"),
        ("PUBLIC_URL", "https://ada:hunter2@chat.example.com"),
        ("PUBLIC_URL", "https://chat.example.com:99999"),
        ("PUBLIC_URL", "https://[chat"),
        ("ALLOWED_HOSTS", "https://chat.example.com"),
        ("DATABASE_URL", "chatplatform"),
        ("DATABASE_URL", "mysql://chat@host/chatplatform"),
        ("DATABASE_URL", "postgresql://chat:hunter2/x@host:5432/chatplatform"),
        ("REDIS_URL", "redis"),
        ("REDIS_URL", "redis://:hunter2/x@host:6379/0"),
        ("REDIS_URL", "redis://one:6379,"),
        ("REDIS_URL", "redis://one,two:6379"),
        ("REDIS_URL", "redis://one;redis://two"),
        ("REDIS_URL", "redis://one redis://two"),
        ("REDIS_URL", "redis://:hunter2@one,redis://:hunter2@one"),
        ("CHANNEL_REDIS_URLS", "redis://one:6379/0,redis://:hunter2/x@two:6379/0"),
        ("CHANNEL_REDIS_URLS", "redis://one,redis://one"),
        ("EMAIL_URL", "smtp://"),
        ("MAIL_IN_URL", "http://ada:hunter2@host"),
        ("MAIL_IN_URL", "imaps://ada:hunter2@host:mail"),
        ("MAIL_REPLY_ADDRESS", "reply+x@chat.test"),
        ("EMAIL_URL", "smtp://ada:hunter2@host:mail"),
        ("EMAIL_URL", "pigeon://ada:hunter2@host"),
        ("ASGI_SERVER", "gunicorn"),
        ("WEB", "0"),
        ("WEB", "many"),
    ],
)
def test_what_cannot_be_used_is_refused_in_a_line_without_passwords(
    name: str, value: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SystemExit) as refused:
        read_environment()
    lines = str(refused.value).splitlines()
    assert len(lines) == 1
    assert lines[0].startswith(f"{name}: ")
    assert "hunter2" not in lines[0]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DATABASE_URL", "postgresql:///chatplatform?host=/var/run/postgresql"),
        ("DATABASE_URL", "postgres://chat:p%2Fw@host/chatplatform?sslmode=require"),
        ("REDIS_URL", "rediss://:p%2Fw@host:6380/1"),
        ("REDIS_URL", "unix:///run/redis.sock"),
        ("CHANNEL_REDIS_URLS", "redis://one:6379/0, redis://two:6379/0"),
        ("EMAIL_URL", "smtp://ada%40example.com:p%2Fw@mail.example.com:587?tls=1"),
        ("ALLOWED_HOSTS", "chat.example.com, [::1]"),
        ("WEB", "2"),
    ],
)
def test_what_can_be_used_is(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, value)
    read_environment()


@pytest.mark.slow
def test_a_command_ends_with_a_line_for_each_of_them_and_without_a_traceback() -> None:
    bad = os.environ | {"PUBLIC_URL": "chat.example.com", "LIMIT_VISITOR_BURST": "many"}
    command = [sys.executable, "manage.py", "check"]
    ended = subprocess.run(command, cwd=PROJECT, env=bad, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert [line.partition(":")[0] for line in ended.stderr.splitlines()] == ["PUBLIC_URL", "LIMIT_VISITOR_BURST"]
