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
        **file_texts(gettext),
        **form_texts(gettext),
        **ending_texts(gettext),
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
        "left": gettext("Characters left: {left}"),
        "too_long": gettext("Characters over the limit: {over}. Please shorten your message."),
    }


def file_texts(gettext: Translator) -> dict[str, str]:
    return {
        "files": gettext("Files"),
        "files_add": gettext("Add a file"),
        "files_drop": gettext("Drop files to send them"),
        "files_remove": gettext("Remove"),
        "files_uploading": gettext("Uploading"),
        "files_held": gettext("Added to your message once you have answered."),
        "files_enlarge": gettext("Show {name} large"),
        "files_save": gettext("Save"),
        "files_close": gettext("Close"),
        "files_too_large": gettext("This file is too large: at most {size}."),
        "files_too_long": gettext("This file is too large: at most {size}."),
        "files_too_many": gettext("At most {count} files at once."),
        "files_empty": gettext("This file is empty."),
        "files_invalid": gettext("This kind of file cannot be sent here."),
        "files_rate_limited": gettext("Too many files. Please wait a moment."),
        "files_offline": gettext("The connection was lost."),
        "files_failed": gettext("That did not work just now."),
    }


def form_texts(gettext: Translator) -> dict[str, str]:
    return {
        "form": gettext("Before we begin"),
        "form_name": gettext("Your name"),
        "form_email": gettext("Your e-mail address"),
        "form_phone": gettext("Your telephone number"),
        "form_message": gettext("Your message"),
        "form_choose": gettext("Please choose"),
        "form_optional": gettext("{label} (optional)"),
        "form_start": gettext("Start chat"),
        "form_needed": gettext("This is needed."),
        "form_wrong": gettext("Please look at this again."),
        "away": gettext("Nobody is here right now."),
        "away_until": gettext("Nobody is here right now. We are back {when}."),
        "away_mail": gettext("Leave us a message, and we will answer by e-mail."),
        "away_here": gettext("Leave us a message, and we will answer here."),
        "consent": gettext("Before you write to us"),
        "consent_text": gettext("We store what you write here to answer you."),
        "consent_link": gettext("Privacy policy"),
        "consent_agree": gettext("I agree"),
    }


def ending_texts(gettext: Translator) -> dict[str, str]:
    return {
        "rating": gettext("How was this conversation?"),
        "rating_1": gettext("Very bad"),
        "rating_2": gettext("Bad"),
        "rating_3": gettext("Fine"),
        "rating_4": gettext("Good"),
        "rating_5": gettext("Very good"),
        "rating_comment": gettext("What could be better? (optional)"),
        "rating_send": gettext("Send rating"),
        "rating_thanks": gettext("Thank you for your rating."),
        "transcript": gettext("Send me this chat by e-mail"),
        "transcript_send": gettext("Send"),
        "transcript_sent": gettext("It is on its way to {email}."),
        "emoji": gettext("Emoji"),
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
