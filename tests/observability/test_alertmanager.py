"""An Alertmanager that an operator names in a file of their own, as docs/operators/watching.md has it, is told."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
import yaml

from tests.observability.prometheus import prometheus_in
from tests.observability.queries import DEPLOY
from tests.servers.stack import PROJECT

MINE = "deploy/prometheus/alertmanagers/mine.yml"
EXAMPLE = "alertmanager.example.com:9093"
PAGE = (DEPLOY.parent / "docs" / "operators" / "watching.md").read_text()


def documented() -> str:
    """What the page has operators write into it."""
    found: list[str] = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)
    return next(one for one in found if EXAMPLE in one)


@contextmanager
def alertmanager() -> Iterator[tuple[int, list[dict[str, Any]]]]:
    """Its port, and the alerts that it was told of: stands in for one, whose address for them this is."""
    told: list[dict[str, Any]] = []

    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            if self.path == "/api/v2/alerts":
                told.extend(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(200 if self.path == "/api/v2/alerts" else 404)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Ear) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield server.server_port, told
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.slow
@pytest.mark.timeout(400)
@pytest.mark.skipif(shutil.which("prometheus") is None, reason="there is no Prometheus here")
def test_one_that_is_named_in_a_file_is_found_and_told_and_forgotten_without_it(tmp_path: Path) -> None:
    folder = tmp_path / "alertmanagers"
    folder.mkdir()
    with alertmanager() as (port, told), prometheus_in(tmp_path, {"web": [], "worker": []}) as prometheus:

        def known() -> list[str]:
            return [one["url"] for one in prometheus.ask("alertmanagers")["activeAlertmanagers"]]

        prometheus.wait_until(lambda: "WebIsGone" in prometheus.alerts(), "nothing calls")
        assert known() == []
        mine = yaml.safe_load(documented().replace(EXAMPLE, f"127.0.0.1:{port}"))
        assert mine[0]["labels"].pop("scheme") == "https"
        (folder / "mine.yml").write_text(yaml.safe_dump(mine))
        prometheus.wait_until(lambda: known() == [f"http://127.0.0.1:{port}/api/v2/alerts"], "it is not found")
        prometheus.wait_until(lambda: "WebIsGone" in {one["labels"]["alertname"] for one in told}, "it is not told")
        (folder / "mine.yml").write_text(documented())
        prometheus.wait_until(lambda: known() == [f"https://{EXAMPLE}/api/v2/alerts"], "a change of it is not seen")
        (folder / "mine.yml").unlink()
        prometheus.wait_until(lambda: known() == [], "it is not forgotten")


def test_git_ignores_the_file_and_keeps_its_folder() -> None:
    assert f"`{MINE}`" in PAGE
    assert subprocess.run(["git", "check-ignore", "--quiet", MINE], cwd=PROJECT, check=False).returncode == 0
    listed = subprocess.check_output(["git", "ls-files", str(Path(MINE).parent)], cwd=PROJECT, text=True)
    assert listed.split() == ["deploy/prometheus/alertmanagers/.gitignore"]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="there is no promtool here")
@pytest.mark.parametrize(("text", "is_good"), [(documented(), True), ("- aims: []\n", False)])
def test_promtool_reads_that_file_with_the_rest(tmp_path: Path, text: str, is_good: bool) -> None:
    """As deploy/read-again.sh has it do before Prometheus does."""
    shutil.copytree(DEPLOY / "prometheus", tmp_path / "prometheus")
    (tmp_path / "prometheus" / "alertmanagers" / "mine.yml").write_text(text)
    (tmp_path / "token").write_text("secret")
    configuration = tmp_path / "prometheus" / "prometheus.yml"
    places = {"/etc/prometheus": str(configuration.parent), "/run/for-prometheus": str(tmp_path)}
    for there, here in places.items():
        configuration.write_text(configuration.read_text().replace(there, here))
    told = subprocess.run(["promtool", "check", "config", configuration], capture_output=True, text=True, check=False)
    assert (told.returncode == 0) is is_good, told.stdout + told.stderr
