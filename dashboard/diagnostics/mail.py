"""Whether the mail server takes what we send, and the mailbox lets us fetch what people answer."""

from __future__ import annotations

import asyncio
import smtplib
import ssl
from contextlib import suppress

from django.conf import settings
from django.core.mail import get_connection
from imapclient.exceptions import CapabilityError, IMAPClientAbortError, IMAPClientError, LoginError

from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.findings import Finding, notice
from foundation import parts
from integrations.mail.mailbox import NoFolder, mailbox_host, opened_mailbox


async def email() -> str:
    if not settings.SENDS_MAIL:
        raise notice("not configured: mails are written to the log", Advice.MAIL_OFF)
    return await asyncio.to_thread(_email)


def _email() -> str:
    """Up to the log-in; nothing is sent."""
    where = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    link = get_connection(timeout=parts.PATIENCE)
    try:
        link.open()
    except (OSError, smtplib.SMTPException) as error:
        raise Finding(f"{where}: {type(error).__name__}", _of_mail(error)) from None
    finally:
        with suppress(OSError, smtplib.SMTPException):
            link.close()
    return f"{where} lets us in; nothing was sent"


def _of_mail(error: Exception) -> Advice:
    match error:
        case smtplib.SMTPAuthenticationError():
            return Advice.MAIL_LOG_IN
        case smtplib.SMTPNotSupportedError():
            return Advice.MAIL_NO_TLS if "STARTTLS" in str(error) else Advice.MAIL_WANTS_TLS
        case ssl.SSLCertVerificationError():
            return Advice.MAIL_CERTIFICATE
        case smtplib.SMTPServerDisconnected() if isinstance(error.__context__, TimeoutError):
            return Advice.MAIL_AWAY  # its greeting was awaited for too long
        case smtplib.SMTPException() | ConnectionResetError() | ssl.SSLError():
            return Advice.MAIL_OTHERWISE
    return Advice.MAIL_AWAY


def is_mailbox_set() -> bool:
    return bool(settings.ENVIRONMENT.mail_in_url.get_secret_value())


async def mailbox() -> str:
    return await asyncio.to_thread(_mailbox)


def _mailbox() -> str:
    """Up to its folder, which is opened for reading; no mail is fetched."""
    try:
        with opened_mailbox(parts.PATIENCE):
            return f"{mailbox_host()} lets us in; nothing was fetched"
    except NoFolder:
        raise Finding(f"{mailbox_host()}: no such folder", Advice.MAILBOX_FOLDER) from None
    except (IMAPClientError, OSError) as error:
        raise Finding(f"{mailbox_host()}: {type(error).__name__}", _of_mailbox(error)) from None


def _of_mailbox(error: Exception) -> Advice:
    match error:
        case LoginError():
            return Advice.MAILBOX_LOG_IN
        case ssl.SSLCertVerificationError():
            return Advice.MAILBOX_CERTIFICATE
        case CapabilityError():
            return Advice.MAILBOX_NO_TLS
        case IMAPClientAbortError() | IMAPClientError() | ConnectionResetError() | ssl.SSLError():
            return Advice.MAILBOX_OTHERWISE
    return Advice.MAILBOX_AWAY
