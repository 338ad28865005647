"""What the alert rules and the dashboard ask for, taken apart by a parser of PromQL."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import promql_parser
import yaml

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
DASHBOARD = DEPLOY / "grafana" / "live-chat.json"
CONFIGURATION = DEPLOY / "prometheus" / "prometheus.yml"
ALERTS = DEPLOY / "prometheus" / "alerts.yml"
OF_PROMETHEUS = {"job", "instance"}  # labels that it adds itself


@dataclass
class Asked:
    """Of one query: each series with the labels it is chosen or grouped by, and the values those must have."""

    where: str
    labels: dict[str, set[str]] = field(default_factory=dict)
    values: dict[str, set[str]] = field(default_factory=dict)


def rules() -> list[dict[str, Any]]:
    return [rule for group in yaml.safe_load(ALERTS.read_text())["groups"] for rule in group["rules"]]


def panels() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(DASHBOARD.read_text())["panels"]
    return found


def queries() -> Iterator[tuple[str, str]]:
    """Where it stands, and the query."""
    for rule in rules():
        yield f"alert {rule['alert']}", rule["expr"]
    for panel in panels():
        for target in panel["targets"]:
            yield f"panel {panel['title']}", target["expr"].replace("$__rate_interval", "1m")


def asked(where: str, query: str) -> Asked:
    """Raises ValueError for what is no PromQL."""
    found = Asked(where)
    _walk(promql_parser.parse(query), found, set())
    return found


def _walk(node: Any, found: Asked, grouped: set[str]) -> None:
    match type(node).__name__:
        case "VectorSelector":
            labels = found.labels.setdefault(node.name, set())
            labels |= grouped | {one.name for one in node.matchers.matchers}
            for one in node.matchers.matchers:
                found.values.setdefault(one.name, set()).update(one.value.split("|"))
        case "MatrixSelector":
            _walk(node.vector_selector, found, grouped)
        case "AggregateExpr":
            by = set(node.modifier.labels) if node.modifier else set()
            _walk(node.expr, found, grouped | by)
        case "BinaryExpr":
            _walk(node.lhs, found, grouped)
            _walk(node.rhs, found, grouped)
        case "Call":
            for argument in node.args:
                _walk(argument, found, grouped)
        case "ParenExpr" | "UnaryExpr" | "SubqueryExpr":
            _walk(node.expr, found, grouped)
        case "NumberLiteral" | "StringLiteral":
            pass
        case other:
            raise ValueError(f"{found.where}: nobody here knows what a {other} asks for")
