"""`make upgrade` from a clone that is a version behind, and back again as upgrading.md says. Part of prove.py."""

from __future__ import annotations

import re
import ssl
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from foundation.supervisor.ports import free_port
from tests.compose.by_make import archives, psql
from tests.compose.chatter import Chatter
from tests.compose.first_aid import written
from tests.compose.installation import PROJECT, Installation
from tests.compose.production import FILES, ROOT, Production, remove
from tests.compose.talk import Talk

PAGE = PROJECT / "docs" / "operators" / "upgrading.md"
LONGEST = 10.0  # seconds without a socket, or until a message is heard, on a busy machine; upgrading.md has 5
TOLD = (
    r" is replaced by |^Fast-forward|  Applying |\d rows, |^backups/|Which version|here already|Restored in|"
    r"Nothing was done|Prometheus reads"
)
DOTENV = f"""\
COMPOSE_FILE={":".join(FILES)}
DOMAIN=localhost
ACME_EMAIL=you@example.com
WORKER_CONTAINERS=2
COMPOSE_PROFILES=observability
"""
# What the newer version brings: another version of its API's schema, and a column.
SETTINGS, OLD, NEWER = "chatplatform/settings.py", '"VERSION": "1.0.0"', '"VERSION": "1.1.0"'
MIGRATIONS = "accounts/migrations"
MIGRATION = """\
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("accounts", "{before}")]
    operations = [migrations.AddField("website", "motto", models.CharField(max_length=20, db_default="newer"))]
"""
# And a rule for Prometheus, and a line in a file that the operator has changed, too, elsewhere in it.
RULES, BOTH, MINE = "deploy/prometheus/alerts.yml", "deploy/Caddyfile", "# Ours.\n"
RULE = """\
      - alert: OfTheNewerVersion
        expr: vector(0) > 1
        labels: {severity: ticket}
        annotations: {summary: It never calls.}
"""
COLUMN = "(table_name, column_name) = ('accounts_website', 'motto')"


@dataclass
class Checkout(Production):
    """An operator's clone. Its `.env` says everything, so nothing is named at the prompt."""

    def __post_init__(self) -> None:
        self.files = []

    def git(self, *words: str) -> str:
        return git(self.folder, *words)

    @property
    def head(self) -> str:
        return self.git("rev-parse", "HEAD")

    def before_upgrade(self) -> str:
        file = self.folder / "before-upgrade.version"
        return file.read_text().strip() if file.exists() else ""

    def versions(self) -> set[str]:
        """Of the schema, as whichever web container answers tells it."""
        told = set()
        for _ in range(12):
            page = httpx2.get(f"{self.url}/api/schema/", verify=self.trust or True, trust_env=False, timeout=30)
            told |= set(re.findall(r"^  version: (\S+)", page.text, re.MULTILINE))
        return told

    def has_the_column(self) -> bool:
        return psql(self, f"SELECT count(*) FROM information_schema.columns WHERE {COLUMN}") == "1"


def is_upgraded_and_taken_back(here: Installation) -> None:
    """`make upgrade` in production, where a newer version with a migration is published"""
    remove(here)
    with TemporaryDirectory() as folder:
        there = cloned(here, Path(folder), DOTENV)
        there.always["PROMETHEUS_PORT"] = str(free_port())
        try:
            serve(there)
            refuses_a_version_that_does_not_exist(there)
            publish(Path(folder) / "published")
            refuses_commits_and_changes_of_ones_own(there)
            with Chatter(there.url, there.trust) as vera:
                there.wait_until("a few messages", lambda: len(vera.sent) >= 3)
            archive = upgrades_while_people_chat(there)
            goes_back(there, archive, vera)
            goes_forward_again(there)
        finally:
            there.compose("down", "--volumes", shown=False)


def git(folder: Path, *words: str) -> str:
    person = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    return subprocess.check_output(["git", *person, *words], cwd=folder, text=True, stderr=subprocess.DEVNULL).strip()


def cloned(here: Installation, folder: Path, dotenv: str) -> Checkout:
    """What is committed here is published, and an operator has cloned it."""
    git(folder, "clone", "--quiet", str(PROJECT), "published")
    git(folder / "published", "switch", "--quiet", "--force-create", "main")
    git(folder, "clone", "--quiet", "published", "operator")
    (folder / "operator" / ".env").write_text(dotenv)
    here.transcript.fact("What an operator has in `.env`, so that nothing has to be added to a command:")
    here.transcript.shell("cat .env", dotenv)
    return Checkout(here.project, here.transcript, folder=folder / "operator")


def serve(there: Checkout) -> None:
    there.typed("docker compose build", shown=False)
    there.typed("docker compose up -d --wait")
    there.trust = ssl.create_default_context(cadata=there.compose("exec", "-T", "caddy", "cat", ROOT, shown=False))
    assert there.versions() == {"1.0.0"}


def publish(published: Path) -> None:
    settings, migrations = published / SETTINGS, published / MIGRATIONS
    assert OLD in settings.read_text()
    settings.write_text(settings.read_text().replace(OLD, NEWER))
    before = max(migrations.glob("0*.py")).stem
    (migrations / f"{int(before[:4]) + 1:04}_motto.py").write_text(MIGRATION.format(before=before))
    (published / RULES).write_text((published / RULES).read_text() + RULE)
    (published / BOTH).write_text(f"# Newer.\n{(published / BOTH).read_text()}")
    git(published, "add", "--all")
    git(published, "commit", "--quiet", "--message=A version of the schema, and a motto for each website")


def refuses_a_version_that_does_not_exist(there: Checkout) -> None:
    before = (there.head, there.containers(), archives(there), image(there))
    there.typed("make upgrade VERSION=does-not-exist", ok=False, only=TOLD)
    assert (there.head, there.containers(), archives(there), image(there)) == before
    assert there.before_upgrade() == ""
    there.transcript.fact("Commit, image, containers and backups are those of before.")


def refuses_commits_and_changes_of_ones_own(there: Checkout) -> None:
    """What is changed is put aside, as it says."""
    before = (there.containers(), archives(there), image(there))
    there.git("commit", "--quiet", "--allow-empty", "--message=Of the operator's own")
    there.typed("make upgrade", ok=False, only=TOLD)
    there.git("reset", "--quiet", "HEAD~1")
    mine = there.folder / BOTH
    mine.write_text(mine.read_text() + MINE)
    there.transcript.fact(f"A commit of the operator's own is in the way; so is a line of theirs in `{BOTH}`:")
    there.typed("make upgrade", ok=False, only=f"{TOLD}|{BOTH}$")
    assert (there.containers(), archives(there), image(there)) == before
    assert there.before_upgrade() == ""
    there.typed("git stash", only="^$")


def has_the_rule(there: Checkout) -> bool:
    """Whether Prometheus knows it, which it runs by."""
    address = f"http://127.0.0.1:{there.always['PROMETHEUS_PORT']}/api/v1/rules"
    groups = httpx2.get(address, trust_env=False, timeout=30).json()["data"]["groups"]
    return "OfTheNewerVersion" in {rule["name"] for group in groups for rule in group["rules"]}


def image(there: Checkout) -> str:
    return subprocess.check_output(["docker", "image", "inspect", "--format", "{{.Id}}", "chatplatform"], text=True)


def upgrades_while_people_chat(there: Checkout) -> str:
    """The archive that it has made before."""
    old, before = there.head, there.containers()
    prometheus = there.inspect("prometheus", "{{.Id}}")
    assert not has_the_rule(there)
    with Talk(there.url, there.trust) as talk, Chatter(there.url, there.trust) as program:
        said = there.typed("make upgrade", only=TOLD)
    after = there.containers()
    assert len(after) == len(before) == 4
    assert not after & before
    assert there.before_upgrade() == old != there.head
    assert there.versions() == {"1.1.0"}
    assert there.has_the_column()
    there.transcript.fact("Every web and worker is another, all answer as the newer version, and its column is there.")
    there.transcript.fact(f"{talk.heard}.")
    assert talk.heard.without_socket <= LONGEST >= talk.heard.until_heard
    there.transcript.fact(f"A program that asks over HTTP all the while: {program.check()}.")
    assert not program.resends
    there.wait_until("Prometheus has the newer rules", lambda: has_the_rule(there))
    assert there.inspect("prometheus", "{{.Id}}") == prometheus
    there.transcript.fact("Prometheus is the same container, and has the rule that the newer version brings.")
    there.typed("git stash pop", only="^$")
    assert (there.folder / BOTH).read_text().startswith("# Newer.\n")
    assert (there.folder / BOTH).read_text().endswith(MINE)
    there.transcript.fact("What was put aside is back in the newer file.")
    there.git("checkout", "--", BOTH)
    return archive_of(said)


def archive_of(said: str) -> str:
    """What `make backup` has made, as it says."""
    made = re.search(r"^backups/chat-\w+\.zip$", said, re.MULTILINE)
    assert made, said
    return made[0]


def goes_back(there: Checkout, archive: str, vera: Chatter) -> None:
    """`vera` wrote before the upgrade."""
    before = vera.entries()
    there.transcript.fact("Back again:")
    there.typed('git checkout "$(cat before-upgrade.version)"', only="^HEAD is now")
    there.typed("docker compose build", only="^$")
    there.typed(f"make restore FILE={archive} FORCE=1", only=TOLD)
    assert there.versions() == {"1.0.0"}
    assert not there.has_the_column()
    assert len(there.containers()) == 4
    there.wait_until("Prometheus has the old rules", lambda: not has_the_rule(there))
    assert vera.entries() == before
    assert "A newer version" not in there.typed(written("docker compose run --rm prepare", PAGE), only="^$")
    there.transcript.fact(
        "All answer as the old version, column and rule are gone, and what was said before the upgrade is there: "
        f"{len(before)} entries."
    )


def goes_forward_again(there: Checkout) -> None:
    old = there.head
    there.transcript.fact("And forward again:")
    with Talk(there.url, there.trust) as talk:
        there.typed("make upgrade", only=TOLD)
    assert there.versions() == {"1.1.0"}
    assert there.before_upgrade() == old
    there.transcript.fact(f"{talk.heard}.")


UPGRADING: list[Callable[[Installation], None]] = [is_upgraded_and_taken_back]
