"""What there is to set up, in the order of the navigation. A new section: a line here, its addresses in urls.py."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """`url_name` takes a website's id; `icon` is a file in templates/manage/icons/."""

    label: str
    url_name: str
    icon: str


ASSISTANT = Section("Assistant", "manage:assistant", "spark")
KNOWLEDGE = Section("Knowledge", "manage:knowledge", "book")
PLAYGROUND = Section("Playground", "manage:playground", "play")
QUESTIONS = Section("Questions", "manage:questions", "list")
UNANSWERED = Section("Unanswered", "manage:unanswered", "question")

SECTIONS = (ASSISTANT, KNOWLEDGE, PLAYGROUND, QUESTIONS, UNANSWERED)
