"""What allauth asks us."""

from __future__ import annotations

from ipaddress import ip_address

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest

from foundation.addresses import client_address


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return bool(settings.SIGN_UP)

    def get_client_ip(self, request: HttpRequest) -> str:
        """As everywhere else; allauth's own way is an error with fewer proxies in front of us than TRUSTED_PROXIES."""
        peer = str(request.META.get("REMOTE_ADDR"))
        seen = client_address(peer, request.META.get("HTTP_X_FORWARDED_FOR"))
        try:
            return str(ip_address(seen))
        except ValueError:  # it is stored as an address
            return peer
