"""The rules that wake an operator, and the dashboard, ask for what a running installation shows."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import AsyncExitStack
from datetime import UTC, datetime
from pathlib import Path

import pytest
from websockets.exceptions import ConnectionClosed

from assistant.knowledge.articles import ArticleText, write_article
from chatplatform.management.commands.write_metrics import PREFIX, series_names
from foundation.backups.folder import name_for
from foundation.supervisor.process import Process
from tests.cast import Cast
from tests.clients.people import Rest, Visitor, log_in, visit
from tests.clients.sockets import Socket
from tests.observability.known_values import KNOWN_VALUES
from tests.observability.queries import ALERTS, CONFIGURATION, DEPLOY, OF_PROMETHEUS, asked, panels, queries, rules
from tests.observability.scraping import Watched, watched_stack
from tests.servers.own_redis import own_redis
from tests.servers.stack import Stack

pytestmark = pytest.mark.timeout(300)  # five processes start, and others work here, too


@pytest.fixture
def watched(cast: Cast, stack: Stack, tmp_path: Path) -> Iterator[tuple[Watched, Process]]:
    """With a Redis of its own. The shared stack's worker rests meanwhile: it would take the jobs of this one."""
    assert stack.worker is not None
    stack.worker.stop()
    write_article(cast.acme, ArticleText("returns", "Returns", "You can return boots for 30 days."))
    (tmp_path / name_for(datetime.now(UTC))).touch()
    try:
        with own_redis() as (url, redis):
            settings = {"REDIS_URL": url, "BACKUP_DIR": str(tmp_path), "LIMIT_SESSIONS_PER_MINUTE": "3"}
            with watched_stack(**settings) as started:
                yield started, redis
    finally:
        stack.worker.restart()


async def test_every_query_asks_for_what_a_running_installation_shows(
    watched: tuple[Watched, Process], cast: Cast
) -> None:
    here, redis = watched
    vera = await people_chat(here, cast)
    redis.stop()
    assert vera.rest.post("auth/ws-connection-token/").status_code == 503
    wanted = [asked(where, query) for where, query in queries()]
    series = {name for one in wanted for name in one.labels if name.startswith(PREFIX)}
    here.wait_until(lambda: not series - here.scrape().keys(), "not every series is shown")
    shown = {name: set().union(*(sample.labels for sample in samples)) for name, samples in here.scrape().items()}
    for one in wanted:
        for name, labels in one.labels.items():
            missing = labels - OF_PROMETHEUS - shown.get(name, set())
            assert name == "up" or not missing, f"{one.where}: {name} has no label {missing}"


async def people_chat(here: Watched, cast: Cast) -> Visitor:
    """The assistant answers, Ben takes over, Vera comes back after an absence, and somebody asks too often."""
    vera, ben = visit(here.stack, cast.acme), log_in(here.stack, cast.ben)
    vera.open("How long can I return boots?")
    here.wait_until(lambda: here.total("chatplatform_ai_answers_total", state="stored") == 1, "no answer came")
    used = vera.rest.connection_token()
    async with vera.socket(token=used) as chat, ben.socket() as inbox:
        await chat.say("Is anybody there?")
        await inbox.say("I am.", conversation_id=vera.conversation_id)
        await chat.expect("new_message")
        await chat.send("resume", after=0)
        assert len((await chat.expect("resumed"))["entries"]) >= 3
        here.wait_until(lambda: here.total("chatplatform_open_sockets") == 2, "two sockets are open")
    async with vera.socket(token=used, greeted=False) as again:
        assert (await again.closed_with())[1] == 4001
    busy = Rest(here.stack)
    given = {"website_key": cast.acme.website_key}
    assert 429 in [busy.post("widget/sessions/", given).status_code for _ in range(5)]
    figures = {
        ("chatplatform_messages_total", ("type", "visitor")): 2,
        ("chatplatform_messages_total", ("type", "staff")): 1,
        ("chatplatform_messages_total", ("type", "assistant")): 1,
        ("chatplatform_connection_tokens_total", ("outcome", "issued")): 2,
        ("chatplatform_connection_tokens_total", ("outcome", "consumed")): 2,
        ("chatplatform_connection_tokens_total", ("outcome", "refused")): 1,
        ("chatplatform_sockets_refused_total", ("reason", "not_authenticated")): 1,
        ("chatplatform_resumed_entries_count", ("kind", "visitor")): 1,
        ("chatplatform_open_sockets", ("kind", "visitor")): 0,
    }
    for (series, (label, value)), figure in figures.items():
        total = here.total(series, **{label: value})
        assert total == figure, f"{series} {value}: {total}"
    assert here.total("chatplatform_delivery_seconds_count", audience="staff") >= 1
    assert here.total("chatplatform_delivery_seconds_bucket", audience="visitor", le="+Inf") >= 1
    return vera


@pytest.mark.slow
async def test_sockets_of_a_web_process_that_was_killed_count_no_longer(
    watched: tuple[Watched, Process], people_only: Cast
) -> None:
    here = watched[0]
    vera = visit(here.stack, people_only.acme)
    vera.open("Hello")
    sockets = [vera.socket() for _ in range(8)]
    async with AsyncExitStack() as opened:
        for one in sockets:
            await opened.enter_async_context(one)
        here.wait_until(lambda: here.total("chatplatform_open_sockets") == 8, "eight sockets are open")
        before = here.children()
        os.kill(before[0], signal.SIGKILL)
        cut = [one for one in sockets if await is_cut(one)]
        here.wait_until(lambda: len(here.children()) == 2 and before[0] not in here.children(), "it came back")
        left = 8 - len(cut)
        here.wait_until(lambda: here.total("chatplatform_open_sockets") == left, f"{left} sockets are left")


async def is_cut(socket: Socket) -> bool:
    try:
        await socket.round_trip()
    except ConnectionClosed:
        return True
    return False


@pytest.mark.parametrize(("where", "query"), list(queries()))
def test_every_query_is_promql_for_series_and_labels_that_exist(where: str, query: str) -> None:
    known = {name: set(labels) for name, labels in series_names().items()} | {"up": set()}
    one = asked(where, query)
    assert one.labels, f"{where} asks for nothing"
    for name, labels in one.labels.items():
        assert name in known, f"{where}: there is no {name}"
        assert labels - OF_PROMETHEUS <= known[name], f"{where}: {name} has no label {labels - known[name]}"
    for label, values in one.values.items():
        assert values <= KNOWN_VALUES[label], f"{where}: {label} is never {values - KNOWN_VALUES[label]}"


def test_every_metric_is_on_the_dashboard() -> None:
    drawn = {name for where, query in queries() if where.startswith("panel") for name in asked(where, query).labels}
    families = {re.sub("_(bucket|count|sum)$", "", name) for name in drawn}
    assert {re.sub("_(bucket|count|sum)$", "", name) for name in series_names()} <= families


def test_every_alert_says_what_it_means_and_first_aid_what_to_do() -> None:
    first_aid = (DEPLOY.parent / "docs" / "operators" / "first-aid.md").read_text()
    for rule in rules():
        assert rule["labels"]["severity"] in {"page", "ticket"}, rule
        assert rule["annotations"]["summary"].endswith("."), rule
        assert f"`{rule['alert']}`" in first_aid, f"docs/operators/first-aid.md does not know {rule['alert']}"


def test_the_dashboard_has_no_two_panels_in_one_place() -> None:
    places = [(panel["gridPos"]["x"], panel["gridPos"]["y"]) for panel in panels()]
    assert len(set(places)) == len(places)
    assert len({panel["id"] for panel in panels()}) == len(places)


@pytest.mark.skipif(
    shutil.which("promtool") is None, reason="there is no promtool here; our own parser reads the rules"
)
def test_prometheus_itself_accepts_rules_and_configuration(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("secret")
    text = CONFIGURATION.read_text()
    text = text.replace("/etc/prometheus/alerts.yml", str(ALERTS)).replace("/run/for-prometheus", str(tmp_path))
    (tmp_path / "prometheus.yml").write_text(text)
    told = subprocess.run(
        ["promtool", "check", "config", tmp_path / "prometheus.yml"], capture_output=True, text=True, check=False
    )
    assert told.returncode == 0, told.stdout + told.stderr
    assert f"{len(rules())} rules found" in told.stdout
