"""An OpenAI-compatible server that is not ours: the package `ai-mock`, in a process of its own.

It gives no content type, no number of the tool call and no reason of ending, and cuts arguments into single letters.
"""

from __future__ import annotations

import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path

from foundation.supervisor.ports import free_port
from foundation.supervisor.process import Process, ProcessSpec

ANSWER = "Use the link on the log-in page to choose a new password."
# What is asked, and what it answers to that; it echoes what it does not know.
CALLS = {
    "I forgot my password": {"outcome": "answer", "sources": [1], "text": ANSWER},
    "Refund me!": {"outcome": "hand_off", "reason": "wants a refund"},
    "What is love?": {"outcome": "no_answer"},
    "It does not work": {"outcome": "ask", "text": "What does not work?"},
}
TEXTS = {"How do I log in?": f"{ANSWER} [1]"}


class ExistingServer:
    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        responses = folder / "responses.json"
        responses.write_text(json.dumps({"responses": [*map(_call, CALLS), *map(_text, TEXTS)]}))
        # Not `ai-mock server`: its process would be the child of one that we cannot stop it by.
        uvicorn = [
            sys.executable,
            "-m",
            "uvicorn",
            "mockai.server:app",
            "--host",
            "127.0.0.1",
            "--port",
            str(self.port),
        ]
        self.process = Process(
            ProcessSpec(
                "ai-mock",
                uvicorn,
                folder / "ai-mock.log",
                environment={**os.environ, "MOCKAI_RESPONSES": str(responses)},
                is_ready=self._answers,
                stop_seconds=0.5,  # it would wait for connections that our HTTP client keeps open
            )
        )

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/openai"

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


def _call(question: str) -> dict[str, object]:
    return {"type": "function", "input": question, "output": {"name": "reply", "arguments": CALLS[question]}}


def _text(question: str) -> dict[str, object]:
    return {"type": "text", "input": question, "output": TEXTS[question]}
