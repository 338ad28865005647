"""A past for websites, made of chance, and the same figures counted by hand: row for row, in plain Python."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from random import Random
from statistics import median
from typing import Any
from uuid import UUID, uuid4

from accounts.models import User, Website
from assistant.models import Reply, Thumb
from conversations.models import Conversation, Entry, Visitor
from dashboard.reports.periods import Period

STATES = [*["stored"] * 5, "handed_off", "interrupted", "failed"]
OUTCOMES = ["answer", "answer", "ask", "no_answer"]


def make_past(website: Website, people: list[User], count: int, until: datetime, chance: Random) -> None:
    """Conversations of the last forty days, of every kind: silent, resolved, rated, with people, without AI."""
    visitor = Visitor.objects.create(website=website)
    for _ in range(count):
        began = until - timedelta(seconds=chance.randrange(40 * 86400))
        is_resolved = chance.random() < 0.6
        one = Conversation.objects.for_system().create(
            website=website,
            visitor=visitor if is_resolved else Visitor.objects.create(website=website),
            status="resolved" if is_resolved else "open",
            handled_by=chance.choice(["ai", "ai", "human"]),
            assignee=chance.choice([None, *people]),
            rating_score=chance.choice([None, None, 1, 2, 3, 4, 5]),
            created_at=began,
        )
        _say(one, people, began, is_resolved, chance)


def _say(one: Conversation, people: list[User], began: datetime, is_resolved: bool, chance: Random) -> None:
    moment, has_ai, entries = began, chance.random() < 0.7, []
    kinds = ["visitor", "visitor", "ai", "ai", "note", "system", *(["staff"] if chance.random() < 0.4 else [])]
    for seq in range(1, chance.randrange(1, 8)):
        moment += timedelta(seconds=chance.randrange(1, 7200))
        kind = chance.choice(kinds) if seq > 1 else "visitor"
        if kind == "visitor" and chance.random() < 0.03:
            kind = "note"  # so that some conversations have no word of a visitor
        entries.append(_entry(one, seq, kind, moment, people, chance))
    if is_resolved:
        moment += timedelta(seconds=chance.randrange(1, 86400))
        entries.append(_entry(one, len(entries) + 1, "activity", moment, people, chance))
        one.resolved_rev = len(entries)
    one.rev = len(entries)
    one.save()
    Entry.objects.bulk_create(entries)
    for entry in entries if has_ai else []:
        if entry.kind == "message" and entry.role == "assistant" and not entry.is_manual:
            _answered(one, entry, chance)


def _entry(one: Conversation, seq: int, kind: str, moment: datetime, people: list[User], chance: Random) -> Entry:
    is_staff = kind in ("staff", "note")
    role = {"visitor": "user", "staff": "assistant", "ai": "assistant", "note": "assistant"}.get(kind, "system")
    return Entry(
        id=uuid4(),
        conversation=one,
        website_id=one.website_id,
        seq=seq,
        rev=seq,
        kind={"note": "note", "activity": "activity"}.get(kind, "message"),
        role=role,
        audience="staff" if kind in ("note", "activity") else "everyone",
        is_manual=is_staff,
        author=chance.choice(people) if is_staff else None,
        content=kind,
        created_at=moment,
    )


def _answered(one: Conversation, entry: Entry, chance: Random) -> None:
    state = chance.choice(STATES)
    outcome = chance.choice(OUTCOMES) if state == "stored" else ""
    Reply.objects.create(
        website_id=one.website_id,
        conversation=one,
        answers=uuid4(),
        epoch=0,
        state=state,
        outcome=outcome,
        began_at=entry.created_at,
    )
    if chance.random() < 0.3:
        helpful = chance.random() < 0.5
        Thumb.objects.create(
            entry=entry,
            conversation=one,
            website_id=one.website_id,
            helpful=helpful,
            given_at=entry.created_at + timedelta(seconds=chance.randrange(1, 9999)),
        )


# --- counted by hand ---


def counted_by_hand(websites: list[Website], period: Period, now: datetime) -> dict[str, Any]:
    """As `Report`, but of dictionaries by their keys."""
    rows = [row for website in websites for row in _rows(website, period, now)]
    days: dict[Any, list[dict[str, Any]]] = {}
    agents: dict[Any, list[dict[str, Any]]] = {}
    sites: dict[Any, list[dict[str, Any]]] = {}
    hours: Counter[tuple[int, int]] = Counter()
    for row in rows:
        here = row["started"].astimezone(period.zone)
        hours[(here.isoweekday(), here.hour)] += 1
        days.setdefault(here.date(), []).append(row)
        sites.setdefault(row["website"], []).append(row)
        if row["agent"]:
            agents.setdefault(row["agent"], []).append(row)
    return {
        "totals": _measured(rows),
        "days": {day: _measured(some) for day, some in days.items()},
        "agents": {agent: _measured(some) for agent, some in agents.items()},
        "websites": {site: _measured(some) for site, some in sites.items()},
        "hours": dict(hours),
    }


def _rows(website: Website, period: Period, now: datetime) -> Iterable[dict[str, Any]]:
    entries: dict[UUID, list[Entry]] = {}
    for entry in Entry.objects.for_system().filter(website=website).order_by("seq"):
        entries.setdefault(entry.conversation_id, []).append(entry)
    for one in Conversation.objects.for_system().filter(website=website):
        row = _row(one, entries.get(one.pk, []), now)
        if row and period.first <= row["started"].astimezone(period.zone).date() <= period.last:
            yield row


def _row(one: Conversation, entries: list[Entry], now: datetime) -> dict[str, Any] | None:
    said = [entry for entry in entries if entry.kind == "message"]
    asked = [entry for entry in said if entry.role == "user"]
    if not asked:
        return None
    started = min(entry.created_at for entry in asked)
    by_people = [entry for entry in said if entry.is_manual and entry.role == "assistant"]
    answers = [entry for entry in by_people if entry.created_at >= started]
    resolves = [entry for entry in entries if entry.seq == one.resolved_rev]
    is_resolved = one.status == "resolved" and bool(resolves)
    first = answers[0] if answers else None
    return {
        "website": one.website_id,
        "started": started,
        "agent": one.assignee_id or (first.author_id if first else None),
        "response": first.created_at - started if first else None,
        "resolution": resolves[0].created_at - started if is_resolved else None,
        "rating": one.rating_score,
        "outcome": _outcome(one, said, bool(by_people), is_resolved, now),
    }


def _outcome(one: Conversation, said: list[Entry], has_people: bool, is_resolved: bool, now: datetime) -> str:
    replies = list(Reply.objects.for_system().filter(conversation=one).order_by("began_at"))
    if not replies:
        return ""
    if has_people or one.handled_by == "human" or any(reply.state == "handed_off" for reply in replies):
        return "handed_over"
    if not is_resolved and max(entry.created_at for entry in said) > now - timedelta(hours=24):
        return "open"
    thumbs = [thumb.helpful for thumb in Thumb.objects.for_system().filter(conversation=one).order_by("given_at")]
    if one.rating_score is not None and one.rating_score >= 4:
        return "confirmed"
    if (one.rating_score is not None and one.rating_score <= 2) or (thumbs and not thumbs[-1]):
        return "abandoned"
    if thumbs:
        return "confirmed"
    stored = [reply.outcome for reply in replies if reply.state == "stored"]
    return "assumed" if stored and stored[-1] == "answer" else "abandoned"


def _measured(rows: list[dict[str, Any]]) -> dict[str, Any]:
    responses = [row["response"].total_seconds() for row in rows if row["response"] is not None]
    resolutions = [row["resolution"].total_seconds() for row in rows if row["resolution"] is not None]
    ratings = [row["rating"] for row in rows if row["rating"] is not None]
    outcomes = Counter(row["outcome"] for row in rows)
    return {
        "conversations": len(rows),
        "answered": len(responses),
        "resolved": len(resolutions),
        "first_response": round(median(responses), 3) if responses else None,
        "resolution": round(median(resolutions), 3) if resolutions else None,
        "rated": len(ratings),
        "mean_rating": round(sum(ratings) / len(ratings), 6) if ratings else None,
        **{name: outcomes[name] for name in ("confirmed", "assumed", "handed_over", "abandoned", "open")},
    }
