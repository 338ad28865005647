"""Write docs/operators/metrics.md from the metrics that web and worker show."""

from __future__ import annotations

from collections.abc import Iterator

from prometheus_client import REGISTRY

from chatplatform.figures import FIGURES
from foundation.generated_files import GeneratedFilesCommand

PREFIX = "chatplatform_"
SUFFIXES = {"counter": ["_total"], "histogram": ["_bucket", "_count", "_sum"], "gauge": [""]}
HEAD = """\
# Metrics

What `/metrics` shows, by name. Written by `manage.py write_metrics`; do not edit. Each web server and each worker
(`WORKER_METRICS_PORT`) counts for itself, so most want a `sum`; *everywhere the same* are figures from the database,
which want a `max`. [Watching](watching.md) says who may read it and how Prometheus does.

| metric | kind | labels | what it is |
|---|---|---|---|
"""


class Command(GeneratedFilesCommand):
    help = __doc__

    def files(self) -> dict[str, str]:
        return {"docs/operators/metrics.md": HEAD + "".join(sorted(rows()))}


def rows() -> Iterator[str]:
    for name, kind, labels, text in counted():
        shown = f"{name}_total" if kind == "counter" else name
        yield row(shown, kind, labels, text)
    for name, (text, labels) in FIGURES.items():
        yield row(name, "gauge, everywhere the same", labels, text)


def counted() -> Iterator[tuple[str, str, tuple[str, ...], str]]:
    """Name without suffix, kind, labels and text of each that a process counts."""
    for collector in list(REGISTRY._collector_to_names):  # the registry itself names only those with a value
        for metric in collector.describe() if hasattr(collector, "describe") else ():
            if metric.name.startswith(PREFIX):
                yield metric.name, metric.type, tuple(getattr(collector, "_labelnames", ())), metric.documentation


def series_names() -> dict[str, tuple[str, ...]]:
    """Every name that a query may ask for, with its labels."""
    found = {name: labels for name, (_, labels) in FIGURES.items()}
    for name, kind, labels, _ in counted():
        for suffix in SUFFIXES[kind]:
            found[name + suffix] = (*labels, "le") if suffix == "_bucket" else labels
    return found


def row(name: str, kind: str, labels: tuple[str, ...], text: str) -> str:
    named = ", ".join(f"`{label}`" for label in labels) or "–"
    return f"| `{name}` | {kind} | {named} | {text} |\n"
