"""What the demo's owner does meanwhile, by REST: answers, resolves, and changes what the chat asks."""

from __future__ import annotations

import time
from functools import cache
from io import BytesIO
from typing import Any
from uuid import uuid4

import httpx2
from PIL import Image, ImageDraw
from playwright.sync_api import Page


class Desk:
    """Of the shop that a page shows."""

    def __init__(self, page: Page) -> None:
        self.api = page.url.partition("/demo/")[0] + "/api/v1/"

    def ask(self, method: str, path: str, **given: Any) -> Any:
        headers = {"Authorization": f"Bearer {token_for(self.api, int(time.monotonic() // 120))}"}
        answer = httpx2.request(method, self.api + path, headers=headers, trust_env=False, **given).raise_for_status()
        return answer.json() if answer.content else None

    def newest(self) -> str:
        return str(self.ask("GET", "conversations/")["results"][0]["id"])

    def answer(self, content: str) -> None:
        body = {"client_id": str(uuid4()), "content": content}
        self.ask("POST", f"conversations/{self.newest()}/messages/", json=body)

    def website(self) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", "websites/")["results"][0]
        return found

    def change(self, website: dict[str, Any], fields: dict[str, Any]) -> None:
        self.ask("PATCH", f"websites/{website['id']}/", json=fields)

    def wear_a_face(self) -> None:
        me = next(one for one in self.ask("GET", "members/")["results"] if one["unclaimed_mail"] is not None)
        self.ask("POST", f"members/{me['id']}/picture/", files={"file": ("ada.png", face(), "image/png")})


OWNER = "owner@acme.test"


@cache
def token_for(api: str, minutes: int) -> str:
    """A token lives for five minutes, and attempts to log in are counted: one for every two of `minutes`."""
    proof = {"email": OWNER, "password": "demo-pass-2026"}
    answer = httpx2.post(api + "auth/token/", json=proof, trust_env=False)
    return str(answer.raise_for_status().json()["access"])


def face() -> bytes:
    """Somebody, as far as a circle of 40 pixels can tell."""
    image = Image.new("RGB", (512, 512), "#f2c9a1")
    draw = ImageDraw.Draw(image)
    draw.ellipse((96, 360, 416, 720), fill="#2f5d8a")
    draw.ellipse((136, 60, 376, 330), fill="#4a2c1d")
    draw.rounded_rectangle((216, 270, 296, 400), 36, fill="#d99c74")
    draw.ellipse((160, 110, 352, 340), fill="#e8b08a")
    draw.pieslice((146, 70, 366, 300), 180, 360, fill="#4a2c1d")
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()
