"""Chat from a terminal: `listen` shows what is said, `send` says something. Two terminals talk to each other.

The token is a visitor token (v_…), the access token of a log-in (a JWT) or an API key.
"""

from __future__ import annotations

import asyncio
import time
from argparse import ArgumentParser
from contextlib import suppress
from random import uniform
from typing import Any
from uuid import UUID, uuid4

from django.core.management.base import BaseCommand, CommandError

from conversations.client.chat import Chat, VisitorChat
from conversations.client.inbox import StaffChat
from conversations.client.rest import HTTPError, Refused, Rest
from conversations.client.timeline import Message
from foundation.server_url import usual_url

PATIENCE = 30.0  # seconds in which `send` tries again
WHO = {"user": "visitor", "assistant": "assistant", "system": "system"}


class Command(BaseCommand):
    help = __doc__
    requires_system_checks = ()  # the server may be on another machine

    def add_arguments(self, parser: ArgumentParser) -> None:
        actions = parser.add_subparsers(dest="action", required=True)
        listen = actions.add_parser("listen", help="Show what is said, until Ctrl-C.")
        listen.add_argument("token")
        listen.add_argument("name", nargs="?", default="", help="What to call this terminal.")
        send = actions.add_parser("send", help="Say something.")
        send.add_argument("token")
        send.add_argument("conversation_id", type=UUID)
        send.add_argument("text")
        for action in (listen, send):
            action.add_argument("--url", default="", help="The server; PUBLIC_URL unless told.")

    def handle(self, *, action: str, token: str, url: str, **options: Any) -> None:
        url = (url or usual_url()).rstrip("/")
        work = self.listen(url, token, options["name"]) if action == "listen" else self.send(url, token, options)
        try:
            asyncio.run(work)
        except KeyboardInterrupt:
            self.say("Stopped.")
        except Refused as refused:
            raise CommandError(sentence(refused)) from None
        except HTTPError:
            raise CommandError(f"Nobody answers at {url}. Is the server running there?") from None

    async def listen(self, url: str, token: str, name: str) -> None:
        """Raises Refused or HTTPError when it cannot even begin; later it heals by itself."""
        chat: Chat
        if token.startswith("v_"):
            chat = VisitorChat(url, token, await conversation_of(url, token), on_message=self.show)
        else:
            chat = StaffChat(url, token, on_message=self.show)
            await chat.begin()
        name = name or ("visitor" if chat.rest.is_visitor else "staff")
        chat.link.on_change = lambda online: self.say(
            f"-- {name} is listening at {url}" if online else "-- the connection is lost, trying again …"
        )
        await chat.run()
        raise CommandError("The server does not let you in here, or not any more.")

    async def send(self, url: str, token: str, options: dict[str, Any]) -> None:
        rest = Rest(url, token)
        body = {"client_id": str(uuid4()), "content": options["text"]}
        try:
            answer = await persistently(rest, rest.conversation(str(options["conversation_id"])) + "messages/", body)
        finally:
            await rest.close()
        self.say(f"-- stored as number {answer['rev']}")

    def show(self, message: Message) -> None:
        moment = message["timestamp"][11:19]
        author = (message["author"] or {}).get("name") or WHO[message["role"]]
        kind = "" if message["kind"] == "message" else f" ({message['kind']})"
        self.say(f"{moment} {message['conversation_id']} {author}{kind}: {message['content']}")

    def say(self, line: str) -> None:
        with suppress(BrokenPipeError):
            self.stdout.write(line)
            self.stdout.flush()


async def conversation_of(url: str, token: str) -> str:
    """The visitor's latest conversation, or a new one. Raises Refused or HTTPError."""
    rest = Rest(url, token)
    try:
        found = (await rest.get("widget/conversations/"))["results"]
        return str(found[0]["id"] if found else (await rest.post("widget/conversations/"))["conversation"]["id"])
    finally:
        await rest.close()


async def persistently(rest: Rest, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """The same message until it is answered: its client_id keeps it single. Raises Refused or HTTPError in the end."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            return await rest.post(path, body)
        except Refused as refused:
            pause = max(refused.retry_after, uniform(0.2, 2))
            if not refused.is_temporary or time.monotonic() + pause > deadline:
                raise
        except HTTPError:
            pause = uniform(0.2, 2)
            if time.monotonic() + pause > deadline:
                raise
        await asyncio.sleep(pause)


def sentence(refused: Refused) -> str:
    match refused.status:
        case 401:
            return "The token is not valid, or not any more. Ask for a new one."
        case 403:
            return f"This is not allowed: {refused.detail}"
        case 404:
            return "There is no such conversation among those this token may see."
    return f"The server refused: {refused.detail}"
