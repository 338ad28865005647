"""No advice that nothing was broken for: what the diagnostics can say is what the tests beside this one expect."""

from __future__ import annotations

import ast
from collections.abc import Iterable
from pathlib import Path

from dashboard import diagnostics
from dashboard.diagnostics.advice import Advice
from dashboard.diagnostics.symptoms import CLOSINGS, STATUSES

TESTS = [path for path in sorted(Path(__file__).parent.glob("test_*.py")) if path != Path(__file__)]
CODE = [path for path in sorted(Path(diagnostics.__path__[0]).glob("*.py")) if path.name != "advice.py"]


def named_in(files: Iterable[Path]) -> set[str]:
    """Each `Advice.SOMETHING` of their code, not of their comments."""
    trees = [ast.parse(path.read_text()) for path in files]
    return {
        node.attr
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "Advice"
    }


def test_every_advice_is_expected_of_something_that_a_test_breaks() -> None:
    assert {one.name for one in Advice} - named_in(TESTS) == set()


def test_every_advice_is_given_somewhere() -> None:
    assert {one.name for one in Advice} - named_in(CODE) == set()


def test_nothing_is_advised_but_what_stands_in_the_table() -> None:
    """A cause that is written where it is found would be one that no test has to name."""
    calls = [node for path in CODE for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    findings = [one for one in calls if isinstance(one.func, ast.Name) and one.func.id in ("Finding", "notice", "say")]
    texts = [ast.unparse(one) for one in findings for given in one.args[1:2] if isinstance(given, ast.Constant)]
    assert len(findings) > 20
    assert texts == []


def test_each_says_why_and_what_to_do() -> None:
    assert [one.name for one in Advice if not (one.cause.endswith(".") and len(one.fix) > 10)] == []
    assert set(STATUSES.values()) | set(CLOSINGS.values()) <= set(Advice)
