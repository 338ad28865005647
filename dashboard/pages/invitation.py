"""Where the link of an invitation leads: whoever holds it joins, with an account they have or a new one."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import Login, perform_login
from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from accounts.models import Invitation, User
from conversations.actions.invitations import NoLongerOpen, accept, accept_as_new, opened
from conversations.errors import Refusal
from foundation.rest import run

GONE, NOT_FOUND = 410, 404


class NewAccountForm(forms.Form):
    name = forms.CharField(
        label="Your name",
        max_length=120,
        help_text="Visitors see it beside your answers.",
        widget=forms.TextInput({"autocomplete": "name"}),
    )
    password = forms.CharField(max_length=200, widget=forms.PasswordInput({"autocomplete": "new-password"}))

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        try:
            validate_password(password, User(email=self.email, name=str(self.data.get("name", ""))))
        except ValidationError as wrong:
            raise forms.ValidationError(wrong.messages) from None
        return password


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation(request: HttpRequest) -> HttpResponseBase:
    token = (request.POST.get("token") or request.GET.get("token") or "").replace("\0", "")[:200]
    try:
        found = opened(token)
        return _answer(request, token, found)
    except NoLongerOpen as refusal:
        status = GONE if refusal.invitation else NOT_FOUND
        context = {"why": refusal.detail, "invitation": refusal.invitation}
        return render(request, "account/invitation_closed.html", context, status=status)


def _answer(request: HttpRequest, token: str, found: Invitation) -> HttpResponseBase:
    user = request.user if isinstance(request.user, User) else None
    context: dict[str, Any] = {"invitation": found, "token": token, "here": f"{reverse('invitation')}?token={token}"}
    if user is None:
        if User.objects.filter(email=found.email).exists():
            return render(request, "account/invitation_log_in.html", context)
        return _new_account(request, token, found, context)
    if request.method == "POST":
        try:
            run(accept(token, user))
        except NoLongerOpen:
            raise
        except Refusal as refusal:
            messages.error(request, refusal.detail)
            return render(request, "account/invitation.html", context | {"is_theirs": False}, status=403)
        return redirect("dashboard:inbox")
    is_theirs = user.emailaddress_set.filter(email__iexact=found.email, verified=True).exists()  # type: ignore[attr-defined]
    return render(request, "account/invitation.html", context | {"is_theirs": is_theirs})


def _new_account(request: HttpRequest, token: str, found: Invitation, context: dict[str, Any]) -> HttpResponseBase:
    form = NewAccountForm(request.POST if request.method == "POST" else None, email=found.email)
    if form.is_valid():
        try:
            user = run(accept_as_new(token, form.cleaned_data["name"], form.cleaned_data["password"]))
        except NoLongerOpen:
            raise
        except Refusal as refusal:
            form.add_error(None, refusal.detail)
        else:
            return _logged_in(request, user)
    status = 422 if form.errors else 200
    return render(request, "account/invitation_new.html", context | {"form": form}, status=status)


def _logged_in(request: HttpRequest, user: User) -> HttpResponse:
    answer: HttpResponse = perform_login(request, Login(user=user, redirect_url=reverse("dashboard:inbox")))
    return answer
