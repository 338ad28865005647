"""Every word the chat says of itself; `{name}` is filled in by the browser."""

from __future__ import annotations

from foundation.translations import Translator


def texts(gettext: Translator) -> dict[str, str]:
    """Keys ending in `.one`, `.other` … are plural forms, chosen by the language's rules in the browser."""
    ngettext = gettext.plurals
    unread = ngettext("{count} new message", "{count} new messages")
    return {
        **window_texts(gettext),
        **conversation_texts(gettext),
        **composer_texts(gettext),
        **failure_texts(gettext),
        **{f"unread.{form}": text for form, text in unread.items()},
    }


def window_texts(gettext: Translator) -> dict[str, str]:
    return {
        "close": gettext("Close chat"),
        "status_assistant": gettext("Instant answers by AI"),
        "status_people": gettext("We reply as soon as we can"),
        "status_online": gettext("We are online"),
        "status_waiting": gettext("A person will answer here"),
        "status_agent": gettext("{name} team"),
        "suggestions": gettext("Start with a question"),
        "person": gettext("Talk to a person"),
        "person_waiting": gettext("Asking for a person…"),
        "person_refused": gettext("That did not work just now."),
        "help_ai": gettext("AI can make mistakes."),
        "help_people": gettext("You are writing with people at {name}."),
        "reconnecting": gettext("Connection lost. Trying again…"),
        "http": gettext("No live connection. Messages take a few seconds."),
        "no_network": gettext("You are offline. Messages are sent when you are back."),
        "unavailable": gettext("This chat is not available."),
        "write_instead": gettext("You can write to us:"),
    }


def conversation_texts(gettext: Translator) -> dict[str, str]:
    return {
        "log": gettext("Conversation"),
        "opening_assistant": gettext(
            "{name} is an AI assistant and answers first. You can ask for a person at any time."
        ),
        "opening_people": gettext("You are writing with {name}."),
        "you": gettext("You"),
        "assistant": gettext("Assistant"),
        "said_by_ai": gettext("{name} (AI)"),
        "tag_ai": gettext("AI"),
        "tag_person": gettext("Team"),
        "typing": gettext("{name} is typing"),
        "stop": gettext("Stop answering"),
        "sources": gettext("Sources"),
        "rate": gettext("Was this helpful?"),
        "helpful": gettext("Helpful"),
        "not_helpful": gettext("Not helpful"),
        "deleted": gettext("This message was deleted."),
        "latest": gettext("New messages"),
        "delivery_sending": gettext("Sending…"),
        "delivery_sent": gettext("Sent"),
        "delivery_delivered": gettext("Delivered"),
        "delivery_read": gettext("Read"),
    }


def composer_texts(gettext: Translator) -> dict[str, str]:
    return {
        "email": gettext("Your e-mail address"),
        "email_leave": gettext("Leave address"),
        "email_thanks": gettext("Thank you."),
        "email_invalid": gettext("Please write an address such as name@example.com."),
        "placeholder": gettext("Write a message…"),
        "send": gettext("Send message"),
        "left": gettext("{left} characters left"),
        "too_long": gettext("{over} characters too many. Please shorten your message."),
    }


def failure_texts(gettext: Translator) -> dict[str, str]:
    return {
        "not_sent": gettext("Not sent."),
        "retry": gettext("Try again"),
        "edit": gettext("Edit"),
        "discard": gettext("Discard"),
        "failed_too_long": gettext("It is longer than {limit} characters."),
        "failed_invalid": gettext("It contains characters we cannot store."),
        "failed_forbidden": gettext("You are not allowed to write here."),
        "failed_not_found": gettext("This chat is not available any more."),
        "failed_rate_limited": gettext("Too many messages at once. Please wait a moment."),
        "failed_unavailable": gettext("Our server is busy. Please try again."),
        "failed_no_answer": gettext("Our server did not answer."),
        "failed_other": gettext("Something went wrong."),
    }
