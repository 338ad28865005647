"""A website's question set: what it must answer, and how it did each time."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import Website
from assistant.models import Expectation, QuestionResult, QuestionRun
from assistant.questions.comparison import Comparison, compare
from assistant.questions.runs import ENDED, begin_run
from assistant.questions.spreadsheet import COLUMNS, MOST, BadFile, export_questions, import_questions
from audit.recording import record
from dashboard.manage.access import for_owners, member
from dashboard.manage.sections import QUESTIONS
from dashboard.manage.sent import sent_in
from dashboard.manage.shell import show

SHOWN_RUNS = 10


class QuestionForm(forms.ModelForm[Expectation]):
    class Meta:
        model = Expectation
        fields: ClassVar = ["question", "source", "must_contain", "must_refuse"]

    def clean_question(self) -> str:
        question = " ".join(self.cleaned_data["question"].split())
        others = Expectation.objects.for_website(self.instance.website_id).exclude(pk=self.instance.pk)
        if others.filter(question=question).exists():
            raise forms.ValidationError("This question is in the set already.")
        return question

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        if given.get("must_refuse") and (given.get("source") or given.get("must_contain")):
            self.add_error("must_refuse", "What must be refused has neither a source nor words to contain.")
        if self.instance._state.adding and Expectation.objects.for_website(self.instance.website_id).count() >= MOST:
            self.add_error(None, f"A website can have {MOST} questions.")
        return given

    def validate_unique(self) -> None:
        """By hand above, since a query without a scope raises."""


class ImportForm(forms.Form):
    file = forms.FileField(label="CSV file", widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}))


@require_safe
@for_owners
def listed(request: HttpRequest, website: Website) -> HttpResponse:
    runs = list(QuestionRun.objects.for_website(website.pk).order_by("-pk")[:SHOWN_RUNS])
    last = next((run for run in runs if run.state == QuestionRun.State.DONE), None)
    results: dict[int | None, QuestionResult] = {}
    if last:
        results = {one.expectation_id: one for one in QuestionResult.objects.for_website(website.pk).filter(run=last)}
    expectations = Expectation.objects.for_website(website.pk).order_by("pk")
    context = {
        "rows": [(one, results.get(one.pk)) for one in expectations],
        "runs": [(run, compare(run) if run.state == QuestionRun.State.DONE else None) for run in runs],
        "running": next((run for run in runs if run.state not in ENDED), None),
        "last": compare(last) if last else None,
    }
    return show(request, website, QUESTIONS, "manage/questions/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def written(request: HttpRequest, website: Website, expectation_id: int | None = None) -> HttpResponse:
    is_new = expectation_id is None
    stored = Expectation(website=website) if expectation_id is None else _expectation(website, expectation_id)
    asked = {"question": request.GET.get("question", "")[:500]} if is_new else None
    form = QuestionForm(sent_in(request), instance=stored, initial=asked)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            record("question.made" if is_new else "question.changed", form.save())
        messages.success(request, "Saved.")
        return redirect("manage:questions", website.pk)
    context = {"form": form, "stored": None if is_new else stored}
    status = 422 if form.errors else 200
    return show(request, website, QUESTIONS, "manage/questions/question.html", context, status)


@require_POST
@for_owners
def deleted(request: HttpRequest, website: Website, expectation_id: int) -> HttpResponse:
    with transaction.atomic():
        found = _expectation(website, expectation_id)
        record("question.deleted", found)
        found.delete()
    messages.success(request, "The question is no longer asked.")
    return redirect("manage:questions", website.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@for_owners
def imported(request: HttpRequest, website: Website) -> HttpResponse:
    form = ImportForm(sent_in(request), request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            done = import_questions(website.pk, form.cleaned_data["file"].read())
        except BadFile as bad:
            form.add_error("file", str(bad))
        else:
            messages.success(request, f"{done.made} questions are new, {done.changed} were changed.")
            return redirect("manage:questions", website.pk)
    context = {"form": form, "columns": COLUMNS}
    status = 422 if form.errors else 200
    return show(request, website, QUESTIONS, "manage/questions/import.html", context, status)


@require_safe
@for_owners
def exported(request: HttpRequest, website: Website) -> HttpResponse:
    text = export_questions(Expectation.objects.for_website(website.pk).order_by("pk"))
    headers = {"Content-Disposition": 'attachment; filename="questions.csv"'}
    return HttpResponse(text, content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@for_owners
def begun(request: HttpRequest, website: Website) -> HttpResponse:
    run = begin_run(website.pk, QuestionRun.Cause.BY_HAND, member(request))
    if run is None:
        messages.info(request, "The questions are being asked already, or there are none.")
        return redirect("manage:questions", website.pk)
    return redirect("manage:question_run", website.pk, run.pk)


@require_safe
@for_owners
def run(request: HttpRequest, website: Website, run_id: int) -> HttpResponse:
    found = QuestionRun.objects.for_website(website.pk).select_related("started_by").filter(pk=run_id).first()
    if found is None:
        raise Http404
    comparison: Comparison = compare(found)
    context = {
        "run": found,
        "comparison": comparison,
        "is_running": found.state not in ENDED,
        "asked": len(comparison.rows),
        "all": Expectation.objects.for_website(website.pk).count(),
    }
    response = show(request, website, QUESTIONS, "manage/questions/run.html", context)
    if context["is_running"]:
        response["Refresh"] = "2"  # the page asks again by itself, without any script
    return response


def _expectation(website: Website, expectation_id: int) -> Expectation:
    found = Expectation.objects.for_website(website.pk).filter(pk=expectation_id).first()
    if found is None:
        raise Http404
    return found
