"""Run the whole product on this machine, with its own Postgres and Redis, until Ctrl-C."""

import errno
import os
import sys
from argparse import ArgumentParser
from contextlib import suppress
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand

from foundation.local_demo.data_directory import DataDirectory
from foundation.local_demo.demo import Demo
from foundation.supervisor.failure import StartFailure
from foundation.supervisor.stop_request import Stopped, StopRequest


class Command(BaseCommand):
    help = "Runs the demo. PORT and DATA_DIR choose where; DATABASE_URL and REDIS_URL replace its own servers."
    requires_system_checks = ()  # they may ask the database, which is not there yet

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--stop-with-parent", action="store_true", help="Stop when the starting process is gone.")

    def handle(self, *, stop_with_parent: bool, **_: Any) -> None:
        stop_request = StopRequest(stop_with_parent=stop_with_parent)
        stop_request.listen()
        try:
            Demo(port_from_environment(), data_directory(), stop_request, say).run()
        except Stopped:
            say("Stopped. The data stay.")
        except StartFailure as failure:
            complain(failure.sentence, failure.log_tail)
        except OSError as problem:
            complain(sentence_for(problem))


def port_from_environment() -> int:
    given = os.environ.get("PORT") or "8000"
    if not given.isascii() or not given.isdigit() or not 0 < int(given) < 65536:
        raise StartFailure(f"PORT is {given!r}, but must be a number from 1 to 65535: PORT=8010 make demo.")
    return int(given)


def data_directory() -> DataDirectory:
    return DataDirectory(Path(os.environ.get("DATA_DIR") or ".data").expanduser())


def sentence_for(problem: OSError) -> str:
    if problem.errno == errno.ENOSPC:
        return f"The disk is full ({problem.filename or 'while writing'}): make room, then make demo again."
    return f"{problem.strerror or problem}: {problem.filename or ''}".rstrip(": ") + "."


def say(text: str) -> None:
    with suppress(OSError):  # nobody reads any more: no reason to stop in disorder
        print(text, flush=True)


def complain(sentence: str, log_tail: str = "") -> None:
    if log_tail:
        print("\n".join(f"    {line}" for line in log_tail.splitlines()), file=sys.stderr)
    print(sentence, file=sys.stderr)
    sys.exit(1)
