"""What stands in Dockerfile and docker-compose.yml. Run by `make check`, too, and so without any server."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from chatplatform.environment import Environment
from foundation.container.web import FINISH_SECONDS, GRACE_SECONDS

PROJECT = Path(__file__).resolve().parents[2]
COMPOSE = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())
DEMO = yaml.safe_load((PROJECT / "docker-compose.demo.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
ONCE = {"secrets", "prepare"}
BY_HAND = {"restore"}
LASTING = SERVICES.keys() - ONCE - BY_HAND
OURS = {"secrets", "prepare", "web", "worker", "backup", "restore"}
SETTINGS = {name.upper() for name in Environment.model_fields}
# Not for an installation with people in it; DATA_DIR is the folder of `make demo`.
NOT_FOR_COMPOSE = {"DEBUG", "DEMO", "DATA_DIR"}
# Read by compose itself, not by the product.
OF_COMPOSE = {"PORT", "BIND", "PROMETHEUS_PORT", "POSTGRES_MAX_CONNECTIONS"}
OF_PRODUCTION = {"DOMAIN", "ACME_EMAIL", "WEB_CONTAINERS", "WORKER_CONTAINERS", "CADDY_MEMORY", "CDN_ADDRESSES"}


class Loader(yaml.SafeLoader):
    """Knows compose's `!reset`, which takes away what an earlier file has set."""


Loader.add_constructor("!reset", lambda loader, node: None)
PRODUCTION = yaml.load((PROJECT / "docker-compose.production.yml").read_text(), Loader)


def has_compose() -> bool:
    return shutil.which("docker") is not None and docker("compose", "version").returncode == 0


def docker(*arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in SETTINGS | OF_COMPOSE}
    return subprocess.run(
        ["docker", *arguments], cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
    )


@pytest.mark.skipif(not has_compose(), reason="there is no `docker compose` here; the other tests read the files")
@pytest.mark.parametrize("files", [["docker-compose.yml"], ["docker-compose.yml", "docker-compose.demo.yml"]])
def test_docker_compose_accepts_the_files(files: list[str]) -> None:
    chosen = [option for file in files for option in ("-f", file)]
    told = docker("compose", *chosen, "config", "--format", "json")
    assert told.returncode == 0, told.stderr
    web = json.loads(told.stdout)["services"]["web"]
    assert web["environment"].get("DEMO") == ("1" if len(files) == 2 else None)
    assert web["environment"]["PUBLIC_URL"] == "http://127.0.0.1:8000"


@pytest.mark.parametrize("name", sorted(OURS - {"secrets"}))
def test_every_setting_that_is_passed_exists(name: str) -> None:
    assert SERVICES[name]["environment"].keys() <= SETTINGS


@pytest.mark.parametrize("name", sorted(OURS - {"secrets"}))
def test_every_setting_can_be_made_without_editing_a_file(name: str) -> None:
    assert SERVICES[name]["environment"].keys() >= SETTINGS - NOT_FOR_COMPOSE


def test_every_setting_says_what_it_does() -> None:
    written = (PROJECT / "docs" / "settings.md").read_text()
    for name, field in Environment.model_fields.items():
        assert field.description, name
        assert f"| `{name.upper()}` |" in written


def test_what_compose_itself_reads_is_in_the_operators_guide() -> None:
    read = set(re.findall(r"\$\{(\w+)", (PROJECT / "docker-compose.yml").read_text()))
    assert read - SETTINGS == OF_COMPOSE
    in_production = set(re.findall(r"\$\{(\w+)", (PROJECT / "docker-compose.production.yml").read_text()))
    assert in_production - SETTINGS == OF_PRODUCTION
    guide = (PROJECT / "docs" / "operators" / "README.md").read_text()
    assert all(f"| `{name}` |" in guide for name in OF_COMPOSE | OF_PRODUCTION)


def test_no_secret_has_a_default() -> None:
    for name in OURS - {"secrets"}:
        given = SERVICES[name]["environment"]
        assert {given[secret] for secret in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL")} == {None}
    assert SERVICES["postgres"]["environment"].keys() >= {"POSTGRES_PASSWORD_FILE"}
    assert "POSTGRES_PASSWORD" not in SERVICES["postgres"]["environment"]


def test_only_web_is_reached_from_outside_and_by_default_from_this_machine_only() -> None:
    assert {name: service["ports"] for name, service in SERVICES.items() if "ports" in service} == {
        "web": ["${BIND:-127.0.0.1}:${PORT:-8000}:8000"],
        "prometheus": ["127.0.0.1:${PROMETHEUS_PORT:-9090}:9090"],
    }


def test_in_production_only_caddy_is_reached_from_outside() -> None:
    ports = {name: service["ports"] for name, service in PRODUCTION["services"].items() if "ports" in service}
    assert ports == {"caddy": ["80:80", "443:443", "443:443/udp"], "web": None}


@pytest.mark.parametrize("name", sorted((OURS | {"postgres", "redis", "caddy", "prometheus"}) - {"secrets", "restore"}))
def test_in_production_every_container_has_a_limit(name: str) -> None:
    assert PRODUCTION["services"][name]["deploy"]["resources"]["limits"]["memory"]


@pytest.mark.parametrize("name", sorted(OURS - {"secrets"}))
def test_in_production_everybody_knows_the_public_name_and_the_proxy(name: str) -> None:
    environment = PRODUCTION["services"][name]["environment"]
    assert environment["PUBLIC_URL"].startswith("https://${DOMAIN:?")
    assert environment["TRUSTED_PROXIES"] == "${TRUSTED_PROXIES:-1}"


def test_in_production_caddy_lasts_and_needs_next_to_no_rights() -> None:
    caddy = PRODUCTION["services"]["caddy"]
    assert (caddy["cap_drop"], caddy["cap_add"]) == (["ALL"], ["NET_BIND_SERVICE"])
    assert caddy["restart"] == "unless-stopped"
    assert caddy["healthcheck"]["test"]
    assert caddy["logging"]["options"].keys() == {"max-size", "max-file"}
    assert PRODUCTION["services"].keys() - {"caddy"} <= SERVICES.keys()
    assert PRODUCTION["volumes"].keys() == {"caddy", "caddy-config"}


def test_prometheus_is_there_for_who_asks_for_it_only() -> None:
    profiles = {name: service["profiles"] for name, service in SERVICES.items() if "profiles" in service}
    assert profiles == {"prometheus": ["observability"], "restore": ["restore"]}


def test_each_secret_is_mounted_by_those_who_need_it() -> None:
    mounted = {
        name: [volume.split(":")[0] for volume in service.get("volumes", [])] for name, service in SERVICES.items()
    }
    assert {name for name, volumes in mounted.items() if "secrets" in volumes} == OURS
    assert {name for name, volumes in mounted.items() if "secrets-postgres" in volumes} == {"secrets", "postgres"}
    assert {name for name, volumes in mounted.items() if "secrets-redis" in volumes} == {"secrets", "redis"}
    assert {name for name, volumes in mounted.items() if "secrets-prometheus" in volumes} == {"secrets", "prometheus"}
    named = {volume for volumes in mounted.values() for volume in volumes if not volume.startswith("./")}
    assert named == COMPOSE["volumes"].keys()


def test_folders_are_mounted_and_are_there() -> None:
    """A file that is mounted alone stays what it was when an upgrade brings another."""
    services = [*SERVICES.values(), *PRODUCTION["services"].values()]
    folders = {volume for service in services for volume in volumes_of(service) if volume.startswith("./")}
    assert folders == {"./deploy", "./deploy/prometheus"}
    assert all((PROJECT / folder).is_dir() for folder in folders)
    assert (PROJECT / "deploy" / "Caddyfile").is_file()


def test_backups_are_written_by_who_makes_them_alone_and_read_whole_files_only() -> None:
    """And web, which tells how old they are, may look."""
    mounted = {name: service["volumes"] for name, service in SERVICES.items() if "backups" in volumes_of(service)}
    assert mounted.keys() == {"web", "backup", "restore"}
    assert "backups:/srv/backups:ro" in mounted["web"]
    assert "uploads:/srv/uploads:ro" in mounted["backup"]


def volumes_of(service: dict[str, Any]) -> list[str]:
    return [volume.split(":")[0] for volume in service.get("volumes", [])]


@pytest.mark.parametrize("name", sorted(LASTING))
def test_each_lasting_service_has_health_and_comes_back(name: str) -> None:
    service = SERVICES[name]
    assert service["healthcheck"]["test"]
    assert service["restart"] == "unless-stopped"
    assert service["stop_grace_period"]


def test_docker_waits_longer_than_what_ends_takes() -> None:
    web, worker = (float(SERVICES[name]["stop_grace_period"].removesuffix("s")) for name in ("web", "worker"))
    sent_away, jobs = 8, 8  # seconds at most: conversations/open_sockets.py, run_worker.py
    assert sent_away + FINISH_SECONDS < GRACE_SECONDS < web
    assert jobs < worker


def test_caddy_asks_for_the_name_of_web_each_time_and_reads_its_file_anew() -> None:
    """What a rolling restart stands on; make test-rolling shows it."""
    said = (PROJECT / "deploy" / "Caddyfile").read_text()
    assert "reverse_proxy {$WEB_HOST:web}:{$WEB_PORT:8000} {" in said
    assert "keepalive off" in said
    assert "./deploy:/etc/caddy:ro" in PRODUCTION["services"]["caddy"]["volumes"]
    recipe = (PROJECT / "Makefile").read_text().partition("\nupgrade:")[2].partition("\n\n")[0].partition("\n")[2]
    check, restart, again = "rolling-restart.sh --check", "rolling-restart.sh\n", "read-again.sh"
    steps = [check, "directory backup", "build", "run --rm prepare", restart, "up --detach --wait", again]
    assert [step for step in steps if step in recipe] == steps
    assert sorted(steps, key=recipe.index) == steps


@pytest.mark.parametrize("name", ["rolling-restart.sh", "read-again.sh"])
def test_our_scripts_are_such_that_any_shell_runs_them(name: str) -> None:
    script = PROJECT / "deploy" / name
    assert os.access(script, os.X_OK)
    assert subprocess.run(["sh", "-n", script], check=False).returncode == 0


def test_a_rolling_restart_replaces_workers_and_web() -> None:
    script = PROJECT / "deploy" / "rolling-restart.sh"
    assert set(re.findall(r"^\t?replace_each (\w+)", script.read_text(), re.MULTILINE)) == {"worker", "web"}


@pytest.mark.parametrize("name", sorted(ONCE))
def test_what_runs_once_ends_and_is_waited_for(name: str) -> None:
    assert SERVICES[name]["restart"] == "no"
    waiting = [service["depends_on"][name] for service in SERVICES.values() if name in service.get("depends_on", {})]
    assert waiting
    assert all(each == {"condition": "service_completed_successfully"} for each in waiting)


@pytest.mark.parametrize("name", ["web", "worker"])
def test_nobody_serves_before_the_database_is_prepared(name: str) -> None:
    assert SERVICES[name]["depends_on"]["prepare"] == {"condition": "service_completed_successfully"}
    assert SERVICES["prepare"]["depends_on"]["postgres"] == {"condition": "service_healthy"}


@pytest.mark.parametrize("name", sorted(SERVICES))
def test_logs_never_fill_the_disk(name: str) -> None:
    assert SERVICES[name]["logging"]["options"].keys() == {"max-size", "max-file"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_our_containers_may_do_next_to_nothing(name: str) -> None:
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert "user" not in service  # the image's own, which is not root


def test_the_demo_adds_nothing_but_itself() -> None:
    assert {"services": {name: {"environment": {"DEMO": "1"}} for name in OURS - {"secrets"}}} == DEMO


def test_the_image_is_made_from_python_images_alone_and_is_not_root() -> None:
    lines = (PROJECT / "Dockerfile").read_text().splitlines()
    bases = {line.split()[1] for line in lines if line.startswith("FROM ")}
    assert bases == {"python:3.13-slim", "packages"}
    assert not any(re.match(r"#\s*syntax=", line) for line in lines)
    users = [line for line in lines if line.startswith("USER ")]
    assert users == ["USER 10001:10001"]
    assert lines.index(users[-1]) > max(number for number, line in enumerate(lines) if line.startswith("FROM "))


def test_a_checkout_that_only_its_owner_reads_makes_an_image_that_runs() -> None:
    text = (PROJECT / "Dockerfile").read_text().replace("\\\n", "")
    assert re.search(r"COPY \. \.\n(.*\n)*RUN chmod -R u=rwX,go=rX \.", text)


def test_every_app_goes_into_the_image_and_nothing_private_does() -> None:
    lines = (PROJECT / ".dockerignore").read_text().splitlines()
    assert lines.index("**/.*") > lines.index("!accounts")
    let_in = {line[1:] for line in lines if line.startswith("!")}
    apps = {folder.name for folder in PROJECT.iterdir() if (folder / "apps.py").exists()}
    assert apps <= let_in
    assert let_in.isdisjoint({".env", ".data", ".git", "tests", "node_modules"})
