"""An endpoint for embeddings that knows a few words and their synonyms, and misbehaves as a test wants."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, Self

DIMENSION, TOKENS = 48, 7  # numbers of a vector, and what each text is counted as
# Words of a row mean the same: it is the model's, no article's, and no synonym of the product's own lists.
MEANINGS = [
    "zebras stripy equids quaggas",
    "eat nourishment diet",
    "penguins flightless seabirds",
    "swim aquatic paddling",
]
PLACES = {word: place for place, row in enumerate(MEANINGS) for word in row.split()}


def vector_of(text: str, dimension: int = DIMENSION) -> list[float]:
    """What is known counts much, any other word a little."""
    numbers = [0.0] * dimension
    for word in re.findall(r"\w+", text.lower()):
        if word in PLACES:
            numbers[PLACES[word]] += 1
        else:
            numbers[len(MEANINGS) + sha256(word.encode()).digest()[0] % (dimension - len(MEANINGS))] += 0.05
    return numbers


class Handler(BaseHTTPRequestHandler):
    server_: EmbeddingServer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        key = self.headers.get("authorization", "").removeprefix("Bearer ")
        self.server_.asked.append((self.path, key, body["input"]))
        with suppress(OSError):  # who asked has gone
            self._behave(self.server_.mode, body["input"], key)

    def _behave(self, mode: str, texts: list[str], key: str) -> None:
        if mode.isdecimal():
            return self._send({"error": {"message": f"key {key} is wrong"}}, int(mode))
        if mode == "hangs":
            time.sleep(5)
        if mode == "short" and any(len(text) > 220 for text in texts):
            return self._send({"error": {"message": "too long"}}, 413)
        if mode == "garbage":
            return self._send_bytes(bytes(range(256)) * 20)
        dimension = DIMENSION // 2 if mode == "other_dimension" else DIMENSION
        data = [{"index": place, "embedding": vector_of(text, dimension)} for place, text in enumerate(texts)]
        if mode == "slow":
            time.sleep(0.5)
        return self._send(self._spoilt(mode, {"data": data, "usage": {"prompt_tokens": TOKENS * len(texts)}}))

    @staticmethod
    def _spoilt(mode: str, answer: dict[str, Any]) -> dict[str, Any]:
        data = answer["data"]
        match mode:
            case "too_few":
                data.pop()
            case "zeros":
                data[0]["embedding"] = [0.0] * DIMENSION
            case "not_numbers":
                data[0]["embedding"] = ["a"] * DIMENSION
            case "infinite":
                data[0]["embedding"][0] = float("nan")
            case "uneven":
                data[0]["embedding"] = data[0]["embedding"][1:] if len(data) > 1 else []
            case "backwards":
                data.reverse()
        return answer

    def _send(self, answer: dict[str, Any], status: int = 200) -> None:
        self._send_bytes(json.dumps(answer).encode(), status)

    def _send_bytes(self, content: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Nobody wants to read this."""


class EmbeddingServer:
    """Behaves as `mode` says; `asked` are path, key and texts of the requests."""

    def __init__(self) -> None:
        self.mode = "well"
        self.asked: list[tuple[str, str, list[str]]] = []
        handler = type("Handler", (Handler,), {"server_": self})
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.server.daemon_threads = True
        self.thread = Thread(target=self.server.serve_forever, daemon=True)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_address[1]}/v1"

    @property
    def texts(self) -> list[str]:
        return [text for _, _, texts in self.asked for text in texts]

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
