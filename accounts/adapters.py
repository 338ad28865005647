"""What allauth asks us."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import Membership
from accounts.people_log import record_failed_log_in, record_of_person
from accounts.second_factor import KINDS
from audit.asking import address_of
from foundation.addresses import client_address, masked
from foundation.encryption import TOKENS_BEGIN, decrypt, encrypt
from foundation.rate_limits import seconds_to_wait_now


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP)

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """The limit that log-ins over REST have, and together with them."""
        account = str(credentials.get("email") or credentials.get("username") or "").lower()
        for subject in (self.get_client_ip(request), account):
            wait = seconds_to_wait_now(f"login:{subject}", settings.ENVIRONMENT.limit_logins_per_minute)
            if wait:
                raise ImmediateHttpResponse(too_many_attempts(request, wait))
        super().pre_authenticate(request, **credentials)

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere else; allauth's own way is an error with fewer proxies in front of us than TRUSTED_PROXIES."""
        peer = str(request.META.get("REMOTE_ADDR"))
        if settings.MASK_ADDRESSES and request.user.is_authenticated:  # then it is to be stored; before, to be counted
            return masked(address_of(request)) or masked(peer)
        seen = client_address(peer, request.META.get("HTTP_X_FORWARDED_FOR"))
        try:
            return str(ip_address(seen))
        except ValueError:  # it is stored as an address
            return peer

    def post_login(self, request: HttpRequest, user: Any, **given: Any) -> Any:
        record_of_person("person.logged_in", user, by=user)
        return super().post_login(request, user, **given)

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        record_failed_log_in(str(credentials.get("email") or ""))
        super().authentication_failed(request, **credentials)

    def send_notification_mail(self, template_prefix: str, user: Any, *given: Any, **more: Any) -> Any:
        """allauth mails people whatever happens to their log-in; of second factors too late, so see `with_rows`."""
        if not template_prefix.startswith("mfa/"):
            record_of_person(f"person.{template_prefix.rpartition('/')[2]}", user)
        return super().send_notification_mail(template_prefix, user, *given, **more)


def too_many_attempts(request: HttpRequest, wait: int) -> HttpResponse:
    answer = render(request, "429.html", status=429)
    answer["Retry-After"] = str(wait)
    return answer


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets lie encrypted, and nobody gives up the last factor that their organisation requires."""

    def encrypt(self, text: str) -> str:
        return encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Also what was stored before secrets were encrypted: those are of capitals and digits."""
        return decrypt(encrypted_text) if encrypted_text.startswith(TOKENS_BEGIN) else encrypted_text

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        is_required = Membership.objects.filter(
            user=authenticator.user_id, organisation__requires_second_factor=True
        ).exists()
        others = Authenticator.objects.filter(user=authenticator.user_id, type__in=KINDS).exclude(pk=authenticator.pk)
        return not is_required or authenticator.type not in KINDS or others.exists()

    def get_totp_issuer(self) -> str:
        return "ChatPlatform"
