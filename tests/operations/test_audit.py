"""`make audit` says that it found nothing only where it has looked."""

from __future__ import annotations

import json

import pytest

from foundation.install.audit import CLEAN, NOT_ASKED, WEAK, exit_code, of_node, of_python

FINE = {"name": "attrs", "version": "26.1.0", "vulns": []}
LEFT_OUT = {"name": "anyio", "skip_reason": "Dependency not found on PyPI and could not be audited: anyio (4.16.0)"}
BAD = {"name": "django", "version": "1.0", "vulns": [{"id": "PYSEC-1"}]}


@pytest.mark.parametrize(
    ("packages", "result"),
    [([FINE], CLEAN), ([FINE, LEFT_OUT], NOT_ASKED), ([], NOT_ASKED), ([FINE, BAD, LEFT_OUT], WEAK)],
)
def test_a_package_that_was_left_out_is_no_all_clear(packages: list[object], result: str) -> None:
    assert of_python(json.dumps({"dependencies": packages}))[0] == result


@pytest.mark.parametrize("told", ["", "Traceback …", "[]", '{"message": "405 Method Not Allowed"}'])
def test_an_answer_that_is_none_is_no_all_clear(told: str) -> None:
    assert of_python(told)[0] == of_node(told)[0] == NOT_ASKED


def test_npm_says_what_is_weak() -> None:
    counted = {"metadata": {"dependencies": {"total": 188}}}
    assert of_node(json.dumps({"vulnerabilities": {}, **counted})) == (CLEAN, "188 packages")
    assert of_node(json.dumps({"vulnerabilities": {"left-pad": {"severity": "high"}}, **counted}))[0] == WEAK


@pytest.mark.parametrize(
    ("results", "plain", "strict"),
    [
        ({CLEAN}, 0, 0),
        ({CLEAN, NOT_ASKED}, 0, 1),
        ({NOT_ASKED}, 0, 1),
        ({WEAK, CLEAN}, 1, 1),
        ({WEAK, NOT_ASKED}, 1, 1),
    ],
)
def test_it_fails_where_a_weakness_is_known_and_strictly_where_nobody_could_be_asked(
    results: set[str], plain: int, strict: int
) -> None:
    assert (exit_code(results, strict=False), exit_code(results, strict=True)) == (plain, strict)
