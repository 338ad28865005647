"""Asks whether weaknesses of the locked packages are known: pip-audit for Python's, npm for Node's.

Both ask servers on the network. Where one cannot be reached that is said loudly: nothing was found because nothing was
looked at. It ends with 1 where a weakness is known, and with --strict also where somebody could not be asked.
"""

import argparse
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from foundation.install.python_packages import ENVIRONMENT, NODE

Command = Sequence[str | Path]
Verdict = tuple[str, str]  # and what there is to say of it
LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-embeddings.txt", "requirements-docs.txt")
NOT_ASKED, CLEAN, WEAK = "could not be asked", "no known weakness", "KNOWN WEAKNESSES"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description="Known weaknesses of the locked packages.")
    parser.add_argument("--strict", action="store_true", help="fail as well where nothing could be looked up")
    strict = parser.parse_args(arguments).strict
    verdicts = {f"Python, {lock}": python(lock) for lock in LOCKS} | {"Node, package-lock.json": node()}
    for what, (result, said) in verdicts.items():
        print(f"{what}: {result}", *([f"    {said}"] if said else []), sep="\n")
    results = {result for result, _ in verdicts.values()}
    if NOT_ASKED in results:
        print("NOT EVERYTHING WAS LOOKED UP: this is no all-clear. Ask again where the network is open.")
    sys.exit(exit_code(results, strict=strict))


def exit_code(results: set[str], *, strict: bool) -> int:
    return int(WEAK in results or (strict and results != {CLEAN}))


def python(lock: str) -> Verdict:
    """Asks about exactly what is locked, and installs nothing for it."""
    command: Command = [ENVIRONMENT / "bin" / "pip-audit", "--disable-pip", "--require-hashes", "--requirement", lock]
    return of_python(run([*command, "--format", "json", "--progress-spinner", "off"]))


def of_python(told: str) -> Verdict:
    """pip-audit leaves out what its server does not know, and ends well all the same."""
    packages = parsed(told).get("dependencies", [])
    weak = [one for one in packages if one.get("vulns")]
    left_out = [one["skip_reason"] for one in packages if "skip_reason" in one]
    if weak:
        return WEAK, json.dumps(weak, indent=2)
    if left_out or not packages:
        reason = left_out[0] if left_out else told.strip()[-200:]
        return NOT_ASKED, f"{len(left_out)} of {len(packages)} packages. {reason}"
    return CLEAN, f"{len(packages)} packages"


def node() -> Verdict:
    return of_node(run([NODE / "node", NODE / "npm", "audit", "--json"]))


def of_node(told: str) -> Verdict:
    answer = parsed(told)
    if "vulnerabilities" not in answer:
        return NOT_ASKED, str(answer.get("message", told.strip()[-200:]))
    if answer["vulnerabilities"]:
        return WEAK, json.dumps(answer["vulnerabilities"], indent=2)
    return CLEAN, f"{answer['metadata']['dependencies']['total']} packages"


def parsed(told: str) -> dict[str, Any]:
    try:
        answer = json.loads(told)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def run(command: Command) -> str:
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    return ran.stdout or ran.stderr


if __name__ == "__main__":
    main()
