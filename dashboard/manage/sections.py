"""What there is to set up, in the order of the navigation. A new section: a line here, its addresses in urls.py."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Section:
    """`url_name` takes a website's id, unless it is for all of them; `icon` is a file in templates/manage/icons/."""

    label: str
    url_name: str
    icon: str
    for_all: bool = False

    def address(self, website_id: int) -> str:
        return reverse(self.url_name, args=[] if self.for_all else [website_id])


ASSISTANT = Section("Assistant", "manage:assistant", "spark")
KNOWLEDGE = Section("Knowledge", "manage:knowledge", "book")
PLAYGROUND = Section("Playground", "manage:playground", "play")
QUESTIONS = Section("Questions", "manage:questions", "list")
UNANSWERED = Section("Unanswered", "manage:unanswered", "question")
WEBSITES = Section("Websites", "manage:websites", "globe")
INSTALL = Section("Install", "manage:install", "code")
APPEARANCE = Section("Appearance", "manage:appearance", "paint")
FORMS = Section("Forms", "manage:forms", "form")
HOURS = Section("Hours", "manage:hours", "clock")
ASSIGNMENT = Section("Assignment", "manage:assignment", "people")
CANNED = Section("Canned replies", "manage:canned", "reply")
LABELS = Section("Labels", "manage:labels", "label")
REPORTS = Section("Reports", "manage:reports", "chart")
API_KEYS = Section("API keys", "manage:api_keys", "key")
WEBHOOKS = Section("Webhooks", "manage:webhooks", "link")
DIAGNOSTICS = Section("Diagnostics", "dashboard:diagnostics", "alert", for_all=True)
TEAM = Section("Team", "manage:team", "people")
PRIVACY = Section("Data and privacy", "manage:privacy", "shield")
AUDIT = Section("Audit log", "manage:audit", "log")
FIRST_STEPS = Section("First steps", "manage:first_steps", "check")

GROUPS: tuple[tuple[str, tuple[Section, ...]], ...] = (
    ("AI", (ASSISTANT, KNOWLEDGE, PLAYGROUND, QUESTIONS, UNANSWERED)),
    ("Chat", (INSTALL, APPEARANCE, FORMS, HOURS)),
    ("Inbox", (ASSIGNMENT, CANNED, LABELS, REPORTS)),
    ("Programs", (WEBHOOKS, API_KEYS, DIAGNOSTICS)),
    ("Organisation", (WEBSITES, TEAM, PRIVACY, AUDIT, FIRST_STEPS)),
)
SECTIONS: tuple[Section, ...] = tuple(section for _, sections in GROUPS for section in sections)
