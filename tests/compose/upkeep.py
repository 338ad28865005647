"""What docs/operators/upkeep.md says, and a lost machine as first aid has it, typed as it stands. Part of prove.py."""

from __future__ import annotations

import re
import shutil
import ssl
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx2

from tests.compose.chatter import Chatter
from tests.compose.first_aid import at_a_terminal, written
from tests.compose.installation import PROJECT, Installation
from tests.compose.production import ROOT, remove
from tests.compose.upgrading import TOLD, Checkout, archive_of, cloned, git, serve

PAGE = PROJECT / "docs" / "operators" / "upkeep.md"
DOTENV = """\
COMPOSE_FILE=docker-compose.yml:docker-compose.production.yml
DOMAIN=localhost
ACME_EMAIL=you@example.com
CADDY_MEMORY=2G
"""
# A sum over all that was said: the same in two databases only if not one letter differs.
SUM = "SELECT count(*), md5(string_agg(entry::text, chr(10) ORDER BY id)) FROM conversations_entry entry"
ASK = f"docker compose exec -T postgres psql -U chat -d chatplatform -qAtc '{SUM}'"
ROTATION = r"renewed|up to date|under an older"


@dataclass
class Owner:
    """Of an installation without demo data; as `bootstrap` has told."""

    website: str
    password: str

    def logs_in(self, there: Installation) -> bool:
        log_in = {"email": "ada@example.com", "password": self.password}
        address = f"{there.url}/api/v1/auth/token/"
        return httpx2.post(address, json=log_in, verify=there.trust or True, trust_env=False).status_code == 200


def is_kept_up_and_moved(here: Installation) -> None:
    """A backup is kept, and its restore rehearsed"""
    remove(here)
    with TemporaryDirectory() as name:
        folder = Path(name)
        there = cloned(here, folder, DOTENV)
        try:
            serve(there)
            assert int(there.inspect("caddy", "{{.HostConfig.Memory}}")) == 2 << 30
            there.transcript.fact("`docker inspect` says that Caddy may have the 2 GB of `CADDY_MEMORY`.")
            owner = first_owner(there)
            with Chatter(there.url, there.trust, owner.website) as vera:
                there.wait_until("a few messages", lambda: len(vera.sent) >= 3)
            archive = keeps_a_backup(there)
            rehearses_a_restore(there, archive)
            there = is_lost(there, folder, archive, vera, owner)
            gets_other_keys(there, vera, owner)
        finally:
            there.compose("down", "--volumes", shown=False)


def first_owner(there: Checkout) -> Owner:
    bootstrap = "docker compose exec -T web python manage.py bootstrap ada@example.com --organisation Acme"
    said = there.typed(bootstrap, shown=False)
    found = re.search(r"Password {2}(\S+)", said), re.search(r"/widget/([\w-]+)\.js", said)
    assert found[0], said
    assert found[1], said
    return Owner(found[1][1], found[0][1])


def keeps_a_backup(there: Checkout) -> str:
    archive = archive_of(there.typed("make backup", only=TOLD))
    there.typed(written("(umask 077;", PAGE))
    for kept in (archive, "secret_key"):
        assert (there.folder / kept).stat().st_mode & 0o777 == 0o600
        assert (there.folder / kept).stat().st_size >= 50
    assert not there.git("status", "--short")
    there.transcript.fact("Nobody else may read either of them, and git ignores both.")
    return archive


def rehearses_a_restore(there: Checkout, archive: str) -> None:
    before, serving = there.typed(ASK, shown=False), there.containers()
    rehearsal = written("COMPOSE_FILE=", PAGE)
    up, down = (written(f"docker compose {what}", PAGE) for what in ("up -d --wait", "down --volumes"))
    try:
        there.typed(f"{rehearsal} {up}", only="^$")
        said = there.typed(f"{rehearsal} make restore FILE={archive}", only=TOLD)
        assert "SECRET_KEY or ENCRYPTION_KEYS differ" in said
        assert there.typed(f"{rehearsal} {ASK}", shown=False) == before
    finally:
        there.typed(f"{rehearsal} {down}", only="^$")
    assert there.containers() == serving
    there.transcript.fact(
        f"The {before.partition('|')[0]} entries of conversations were there to the letter, and what serves ran on."
    )


def is_lost(there: Checkout, folder: Path, archive: str, vera: Chatter, owner: Owner) -> Checkout:
    """The installation on another machine, of which there was nothing but what is kept elsewhere."""
    there.transcript.title("The machine is lost")
    before = vera.entries()
    elsewhere = folder / "elsewhere"
    elsewhere.mkdir()
    for name in (archive, ".env", "secret_key"):
        shutil.copy(there.folder / name, elsewhere)
    there.compose("down", "--volumes", shown=False)
    subprocess.run(["docker", "image", "rm", "chatplatform"], check=True, capture_output=True)
    shutil.rmtree(there.folder)
    there.transcript.fact(
        "Containers, volumes, image and checkout are gone. There is a new clone, and beside it what was kept: the "
        "archive, `.env` and `secret_key`."
    )
    git(folder, "clone", "--quiet", "published", "another")
    new = Checkout(there.project, there.transcript, folder=folder / "another")
    (new.folder / "backups").mkdir()
    for kept in elsewhere.iterdir():
        shutil.copy(kept, new.folder / ("backups" if kept.suffix == ".zip" else "."))
    began = time.monotonic()
    new.typed(written("echo ", PAGE))
    new.typed("make up", only="^$")
    said = new.typed(f"make restore FILE={archive}", only=TOLD)
    seconds = time.monotonic() - began
    assert "differ" not in said
    new.trust = ssl.create_default_context(cadata=new.compose("exec", "-T", "caddy", "cat", ROOT, shown=False))
    vera.reach(new.trust)
    assert vera.entries() == before
    assert owner.logs_in(new)
    new.transcript.fact(
        f"{seconds:.0f} s with building: Vera's token, which is of the machine that is lost, opens her conversation "
        f"with its {len(before)} entries, and Ada logs in with her password."
    )
    return new


def gets_other_keys(there: Checkout, vera: Chatter, owner: Owner) -> None:
    there.transcript.title("Other keys: the one that encrypts, then `SECRET_KEY`")
    dotenv, before = there.folder / ".env", vera.entries()
    put = f"{dotenv.read_text()}ENCRYPTION_KEYS={new_secret()}\n"
    dotenv.write_text(put)
    there.transcript.fact("`ENCRYPTION_KEYS` in `.env` is a new secret of `openssl rand -base64 48`.")
    block = next(one for one in re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL) if "rotate_keys" in one)
    with Chatter(there.url, there.trust, owner.website) as program:
        said = [there.typed(line, only=ROTATION) for line in block.splitlines()]
        check = block.splitlines()[-1]
        assert re.search(r"[1-9]\d* renewed", said[1]), said
        there.transcript.fact("Another `SECRET_KEY`, too:")
        dotenv.write_text(re.sub(r"(?m)^SECRET_KEY=.*$", f"SECRET_KEY={new_secret()}", put))
        there.typed("docker compose up -d --wait")
        assert there.typed(check, only=ROTATION) == said[2]
    assert owner.logs_in(there)
    vera.reach(there.trust)
    assert vera.entries() == before
    there.transcript.fact(f"All that is encrypted is read with the new ones. A program meanwhile: {program.check()}.")
    reset = written("make reset", PAGE)
    at_a_terminal(there, reset, {'Type "reset" to go on: ': "reset"})
    there.transcript.shell(reset, 'Type "reset" to go on: reset')
    assert not there.compose("ps", "--all", "--quiet", shown=False).strip()


def new_secret() -> str:
    return subprocess.check_output(["openssl", "rand", "-base64", "48"], text=True).strip()


UPKEEP: list[Callable[[Installation], None]] = [is_kept_up_and_moved]
