"""Firefox and WebKit as Debian packages them, where they are installed: as much of their protocols as we need.

Playwright drives only builds of its own, from a host that not every machine reaches, and no package holds the program
by which Selenium drives Firefox. Both browsers listen by themselves: Firefox to WebDriver BiDi, WebKitGTK to WebDriver.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any, Protocol

import httpx2
from websockets.sync.client import connect

from foundation.supervisor.ports import free_port

PATIENCE = 30.0  # seconds
FIREFOX = ("firefox-esr", "firefox")
LISTENS = re.compile(r"WebDriver BiDi listening on (ws://\S+)")
# The chat's frame is inside the launcher's shadow root.
CHAT = "document.querySelector('body > div').shadowRoot.querySelector('iframe')"
FIELD = "document.querySelector('textarea')"
WRITE = f"void ({FIELD}.value = {{}}, {FIELD}.dispatchEvent(new Event('input', {{{{bubbles: true}}}})))"
SEND = "document.querySelector('button.send').click()"


class Engine(Protocol):
    """One window. Scripts are expressions; `in_chat` runs them in the chat's frame."""

    def go(self, url: str) -> None: ...

    def ask(self, script: str, *, in_chat: bool = False) -> Any: ...

    def say(self, text: str) -> None:
        """Into the composer, which has the focus."""


def until(engine: Engine, script: str, *, in_chat: bool = False) -> None:
    """Waits until this is true. A frame that is not there yet is asked again."""
    ends, last = time.monotonic() + PATIENCE, "never true"
    while time.monotonic() < ends:
        try:
            if engine.ask(script, in_chat=in_chat):
                return
        except Refused as refused:
            last = str(refused)
        time.sleep(0.1)
    raise AssertionError(f"{script}: {last}")


class Refused(Exception):
    """What the browser said instead of doing it."""


# --- Firefox ---


def has_firefox() -> bool:
    return any(map(shutil.which, FIREFOX))


@contextmanager
def firefox() -> Iterator[Engine]:
    program = next(filter(None, map(shutil.which, FIREFOX)))
    with ExitStack() as stack:
        # As root in somebody else's home it would refuse to start.
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        log = stack.enter_context((Path(folder) / "log").open("wb+"))
        arguments = ["--headless", "--no-remote", "--profile", folder, "--remote-debugging-port", "0"]
        browser = stack.enter_context(running([program, *arguments], log, {"HOME": folder}))
        socket = stack.enter_context(connect(f"{_listening_at(browser, Path(folder) / 'log')}/session", max_size=None))
        yield Firefox(socket)


class Firefox:
    def __init__(self, socket: Any) -> None:
        self.socket, self.number = socket, 0
        self.call("session.new", capabilities={})
        self.page = self._tree()["context"]

    def go(self, url: str) -> None:
        self.call("browsingContext.navigate", context=self.page, url=url, wait="complete")

    def ask(self, script: str, *, in_chat: bool = False) -> Any:
        target = {"context": self._chat() if in_chat else self.page}
        found = self.call("script.evaluate", expression=f"JSON.stringify({script})", target=target, awaitPromise=True)
        if found["type"] == "exception":
            raise Refused(found["exceptionDetails"]["text"])
        return json.loads(found["result"].get("value", "null"))

    def say(self, text: str) -> None:
        until(self, f"document.activeElement === {FIELD}", in_chat=True)
        keys = [{"type": kind, "value": key} for key in [*text, "\ue007"] for kind in ("keyDown", "keyUp")]
        self.call(
            "input.performActions", context=self._chat(), actions=[{"type": "key", "id": "keys", "actions": keys}]
        )

    def call(self, method: str, **params: Any) -> Any:
        self.number += 1
        self.socket.send(json.dumps({"id": self.number, "method": method, "params": params}))
        while True:
            answer = json.loads(self.socket.recv(PATIENCE))
            if answer.get("id") != self.number:
                continue
            if answer["type"] == "error":
                raise Refused(answer["message"])
            return answer["result"]

    def _chat(self) -> str:
        frames = [one["context"] for one in self._tree()["children"] if "/widget/frame/" in one["url"]]
        if not frames:
            raise Refused("the chat has not been loaded")
        return str(frames[0])

    def _tree(self) -> dict[str, Any]:
        tree: dict[str, Any] = self.call("browsingContext.getTree")["contexts"][0]
        return tree


def _listening_at(browser: subprocess.Popen[bytes], log: Path) -> str:
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and browser.poll() is None:
        if found := LISTENS.search(log.read_text(errors="replace")):
            return found[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text(errors="replace"))


# --- WebKit ---


def has_webkit() -> bool:
    return bool(shutil.which("WebKitWebDriver") and shutil.which("Xvfb"))


@contextmanager
def webkit() -> Iterator[Engine]:
    port = free_port()
    with ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory(ignore_cleanup_errors=True))
        log = stack.enter_context((Path(folder) / "log").open("wb"))
        numbered, told = os.pipe()
        screen = ["Xvfb", "-displayfd", str(told), "-screen", "0", "1280x900x24", "-nolisten", "tcp"]
        stack.enter_context(running(screen, log, {}, pass_fds=(told,)))
        os.close(told)
        display = stack.enter_context(os.fdopen(numbered)).readline().strip()
        # Its own sandbox needs rights that containers do not give.
        env = {"DISPLAY": f":{display}", "HOME": folder, "WEBKIT_DISABLE_SANDBOX_THIS_IS_DANGEROUS": "1"}
        stack.enter_context(running(["WebKitWebDriver", f"--port={port}"], log, env))
        address = f"http://127.0.0.1:{port}"
        client = stack.enter_context(httpx2.Client(base_url=address, timeout=PATIENCE, trust_env=False))
        engine = WebKit(client)
        stack.callback(engine.call, "DELETE", "")
        yield engine


class WebKit:
    def __init__(self, client: httpx2.Client) -> None:
        self.client, self.session = client, "/session"
        self.session += "/" + self._opened()["sessionId"]

    def go(self, url: str) -> None:
        self.call("POST", "/frame", {"id": None})
        self.call("POST", "/url", {"url": url})

    def ask(self, script: str, *, in_chat: bool = False) -> Any:
        self.call("POST", "/frame", {"id": None})
        if in_chat:
            self.call("POST", "/frame", {"id": self._run(CHAT)})
        return self._run(script)

    def say(self, text: str) -> None:
        """By script: this engine's driver types into no frame."""
        self.ask(WRITE.format(json.dumps(text)), in_chat=True)
        until(self, "!document.querySelector('button.send').disabled", in_chat=True)
        self.ask(SEND, in_chat=True)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        answer = self.client.request(method, self.session + path, json=body)
        found = answer.json()["value"]
        if answer.status_code != 200:
            raise Refused(found["message"])
        return found

    def _run(self, script: str) -> Any:
        return self.call("POST", "/execute/sync", {"script": f"return {script}", "args": []})

    def _opened(self) -> Any:
        ends = time.monotonic() + PATIENCE
        while True:
            try:
                return self.call("POST", "", {"capabilities": {"alwaysMatch": {}}})
            except httpx2.TransportError:
                if time.monotonic() > ends:
                    raise
                time.sleep(0.1)


@contextmanager
def running(command: list[str], log: Any, env: dict[str, str], **options: Any) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdout=log, stderr=log, env={**os.environ, **env}, **options)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
