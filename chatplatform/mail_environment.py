"""The settings of e-mail, sent and received: a part of chatplatform/environment.py."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings

from chatplatform.service_urls import ESCAPES, address


class MailEnvironment(BaseSettings):
    """docs/mail.md says how they go together."""

    email_url: str = Field("console:", description="`console:` or `smtp://user:password@host:port?tls=1`.")
    email_from: str = Field("Live chat <chat@localhost>", description="Sender of the mails we send.")
    reply_mail_seconds: float = Field(
        180, gt=0, description="How long an answer is unread before it is sent to the visitor by e-mail, too."
    )
    new_mail_seconds: float = Field(
        60, gt=0, description="How long after its beginning the staff is e-mailed about a conversation."
    )
    mail_reply_address: str = Field(
        "",
        description="Address for answers by e-mail, such as reply@chat.example.com; a mailbox that also gets "
        "reply+anything@chat.example.com. Empty: letters name the website's own address.",
    )
    mail_in_url: SecretStr = Field(
        SecretStr(""),
        description="Mailbox of MAIL_REPLY_ADDRESS, read every 15 s: `imaps://user:password@host/INBOX` or "
        "`imap://…?tls=1`.",
    )
    mail_in_token: SecretStr = Field(
        SecretStr(""), description="With which a mail service hands mails in at `/api/v1/mail/`; empty: nobody does."
    )
    mail_in_megabytes: float = Field(25, gt=0, description="Size from which a mail is refused.")

    @field_validator("email_url")
    @classmethod
    def is_a_mail_server(cls, value: str) -> str:
        parts = address(value, {"smtp"})
        if value != "console:" and (parts is None or not parts.hostname):
            raise ValueError(f"this is neither console: nor smtp://user:password@host:587?tls=1 {ESCAPES}")
        return value

    @field_validator("mail_in_url")
    @classmethod
    def is_a_mailbox(cls, value: SecretStr) -> SecretStr:
        parts = address(value.get_secret_value(), {"imap", "imaps"})
        if value.get_secret_value() and (parts is None or not parts.hostname):
            raise ValueError(f"this is no mailbox such as imaps://user:password@mail.example.com/INBOX {ESCAPES}")
        return value

    @field_validator("mail_reply_address")
    @classmethod
    def can_have_a_tag(cls, value: str) -> str:
        name, at, host = value.partition("@")
        if value and (not name or len(name) > 20 or "+" in name or not at or not host or "@" in host or " " in value):
            raise ValueError("this is no address such as reply@chat.example.com, of at most 20 letters before the @")
        return value
