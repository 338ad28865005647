"""Runs of a question set: begun by hand or after a change, worked on by the worker, kept to be compared."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from procrastinate.contrib.django import app

from accounts.models import User, Website
from assistant.embeddings.thresholds import estimate_limits
from assistant.models import Article, Expectation, QuestionResult, QuestionRun
from assistant.providers.choice import provider_for
from assistant.questions.checking import failures_of
from assistant.questions.fingerprint import fingerprint_of
from assistant.rehearsal import Rehearsed
from assistant.trial import try_question
from audit.recording import record
from foundation.db import db
from foundation.logs import log

logger = log(__name__)
KEPT = 30  # runs per website
QUIET = timedelta(seconds=10)  # so long nothing may have changed: ten articles imported are one change
LOST = timedelta(hours=1)  # a run that lasts longer has lost its job
State, Cause = QuestionRun.State, QuestionRun.Cause
ENDED = (State.DONE, State.FAILED, State.UNASKED)


def begin_run(website_id: int, cause: QuestionRun.Cause, user: User | None = None) -> QuestionRun | None:
    """Have the questions asked by a worker; None when they are being asked already, or there are none."""
    if not Expectation.objects.for_website(website_id).exists():
        return None
    runs = QuestionRun.objects.for_website(website_id)
    lost = runs.exclude(state__in=ENDED).filter(made_at__lt=timezone.now() - LOST)
    lost.update(state=State.FAILED, ended_at=timezone.now())
    try:
        with transaction.atomic():
            run = QuestionRun.objects.create(website_id=website_id, cause=cause, started_by=user)
            _give_to_a_worker(run)
            record("questions.run", run, only_if_asked=True)
            return run
    except IntegrityError:
        return None


async def begin_changed_runs() -> None:
    """To be called every few seconds, by any number of workers."""
    for website_id in await db(changed_websites):
        await db(begin_run, website_id, Cause.CHANGE)


def changed_websites() -> list[int]:
    """Those with questions whose knowledge or settings are others than at the last run, and at rest."""
    asked = Expectation.objects.for_system().values("website").distinct()
    return [website.pk for website in Website.objects.filter(pk__in=asked, is_active=True) if _has_changed(website)]


async def work_on(run_id: int) -> None:
    """Ask the questions of a run; those that a killed worker has asked already are not asked again."""
    begun = await db(_take, run_id)
    if begun is None:
        return
    run, expectations = begun
    provider = await db(provider_for, run.website_id)
    await estimate_limits(run.website_id)
    try:
        for expectation in expectations:
            rehearsed = (await try_question(run.website, expectation.question, at_its_pace=False)).rehearsed
            if not rehearsed.was_asked:  # by which no answer is wrong
                await db(_end, run, State.UNASKED, provider.name, provider.model)
                return
            await db(_record, run, expectation, rehearsed)
        await db(_end, run, State.DONE, provider.name, provider.model)
    except Exception:  # not when the worker is stopped: the next one goes on
        await db(_end, run, State.FAILED, provider.name, provider.model)
        raise
    logger.info("[AI] question set asked", website=run.website_id, run=run.pk, questions=len(expectations))


def previous_run(run: QuestionRun) -> QuestionRun | None:
    """The last finished one before it, with which it is compared."""
    return (
        QuestionRun.objects.for_website(run.website_id).filter(state=State.DONE, pk__lt=run.pk).order_by("-pk").first()
    )


def _give_to_a_worker(run: QuestionRun) -> None:
    app.configure_task("assistant.ask_questions", queue="default").defer(run_id=run.pk)


def _has_changed(website: Website) -> bool:
    newest = Article.objects.for_website(website.pk).order_by("-updated_at").values_list("updated_at", flat=True)
    if any(at > timezone.now() - QUIET for at in newest[:1]):
        return False
    last = QuestionRun.objects.for_website(website.pk).order_by("-pk").first()
    if last is None or last.state not in ENDED:
        return last is None
    # What the budget of another day did not allow is asked again.
    is_left_over = last.state == State.UNASKED and last.made_at.astimezone(UTC).date() < datetime.now(UTC).date()
    return is_left_over or last.fingerprint != fingerprint_of(website)


@transaction.atomic
def _take(run_id: int) -> tuple[QuestionRun, list[Expectation]] | None:
    runs = QuestionRun.objects.for_system().select_related("website").select_for_update(of=("self",))
    run = runs.filter(pk=run_id).exclude(state__in=ENDED).first()
    if run is None:
        return None
    run.state, run.fingerprint = State.RUNNING, fingerprint_of(run.website)
    run.save(update_fields=["state", "fingerprint"])
    asked = set(QuestionResult.objects.for_website(run.website_id).filter(run=run).values_list("question", flat=True))
    expectations = Expectation.objects.for_website(run.website_id).order_by("pk")
    return run, [one for one in expectations if one.question not in asked]


def _record(run: QuestionRun, expectation: Expectation, rehearsed: Rehearsed) -> None:
    outcome = rehearsed.outcome
    result = QuestionResult(
        run=run,
        website_id=run.website_id,
        expectation=Expectation.objects.for_website(run.website_id).filter(pk=expectation.pk).first(),
        question=expectation.question,
        outcome=outcome.kind if outcome else "",
        answer=(outcome.text or outcome.reason) if outcome else "",
        sources=[{"title": one.title, "url": one.url} for one in outcome.sources] if outcome else [],
        failures=failures_of(expectation, outcome) if outcome else [f"No answer: {rehearsed.failure}."],
        ms=rehearsed.ended_ms,
    )
    # A worker that was taken for dead may be asking, too.
    QuestionResult.objects.bulk_create([result], ignore_conflicts=True)


def _end(run: QuestionRun, state: QuestionRun.State, provider: str, model: str) -> None:
    run.state, run.provider, run.model, run.ended_at = state, provider, model[:100], timezone.now()
    run.save(update_fields=["state", "provider", "model", "ended_at"])
    runs = QuestionRun.objects.for_website(run.website_id)
    kept = list(runs.order_by("-pk").values_list("pk", flat=True)[:KEPT])
    runs.exclude(pk__in=kept).delete()
