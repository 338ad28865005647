"""The inbox's list inside of one process, without HTTP: its queries are counted, and the view is timed.

Run with the product's settings: `python -m benchmarks.inbox_cost <access token> <times>`.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from statistics import median
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.test import Client  # noqa: E402

PATH = "/api/v1/conversations/"
OF_THE_LIST = "conversations_"


def main() -> None:
    token, times = sys.argv[1], int(sys.argv[2])
    client = Client(headers={"Authorization": f"Bearer {token}", "Host": settings.ALLOWED_HOSTS[0]})
    statements: list[str] = []
    with connection.execute_wrapper(noting(statements)):
        rows = len(client.get(PATH).json()["results"])
    seconds = [time_of(client) for _ in range(times)]
    of_the_list = [one for one in statements if OF_THE_LIST in one]
    print(
        json.dumps(
            {
                "rows": rows,
                "list_queries": len(of_the_list),
                "all_queries": len(statements),
                "p50_ms": round(median(seconds) * 1000, 2),
            }
        )
    )


def noting(statements: list[str]) -> Callable[..., Any]:
    def note(execute: Callable[..., Any], statement: str, params: Any, many: bool, context: Any) -> Any:
        statements.append(statement)
        return execute(statement, params, many, context)

    return note


def time_of(client: Client) -> float:
    began = time.perf_counter()
    answer = client.get(PATH)
    assert answer.status_code == 200
    return time.perf_counter() - began


if __name__ == "__main__":
    main()
