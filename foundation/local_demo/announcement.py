"""What a demo says when it is ready: where things are, who can log in, what is limited, how to stop."""

from django.conf import settings

PASSWORD = "demo-pass-2026"
LOG_INS = {
    "owner@acme.test": "Ada, owner of Acme",
    "admin@acme.test": "Cleo, admin of Acme",
    "agent@acme.test": "Ben, agent of Acme",
    "owner@globex.test": "Mallory, owner of Globex",
}


def announcement(port: int, folder: str) -> str:
    inbox, shop = f"http://127.0.0.1:{port}", f"http://localhost:{port}"
    sections = [
        [
            ("Inbox", f"{inbox}/live-chat/"),
            ("Shop", f"{shop}/demo/demo-acme/"),
            ("", f"{shop}/demo/demo-globex/"),
            ("API", f"{inbox}/api/docs/"),
        ],
        [*labelled("Log in", [f"{email:<18}  {who}" for email, who in LOG_INS.items()]), ("Password", PASSWORD)],
        limits(),
        [("Data", folder), ("Stop", "Ctrl-C (data stay; remove the folder to start afresh)")],
    ]
    return boxed("The live-chat demo is ready", sections)


def limits() -> list[tuple[str, str]]:
    """The limits in force, in words; the demo raises none of them."""
    environment = settings.ENVIRONMENT
    visitors = f"{environment.limit_visitor_messages_per_second:g} messages/s per visitor"
    return labelled(
        "Limits",
        [
            f"{environment.limit_sessions_per_minute} widget sessions a minute per address",
            f"{environment.limit_sockets_per_address} open sockets per address",
            f"{visitors}, {environment.limit_visitor_burst} at once",
            f"{environment.limit_staff_messages_per_second:g} messages/s per member of the staff",
            f"{environment.limit_tokens_per_minute} connection tokens a minute per visitor",
            f"{environment.limit_logins_per_minute} log-in attempts a minute per address and account",
        ],
    )


def labelled(label: str, lines: list[str]) -> list[tuple[str, str]]:
    return [(label if number == 0 else "", line) for number, line in enumerate(lines)]


def boxed(title: str, sections: list[list[tuple[str, str]]]) -> str:
    rows = [[f"{label:<10}{text}" for label, text in section] for section in sections]
    width = max(len(title), *(len(row) for section in rows for row in section))
    edge = "─" * (width + 2)
    lines = [f"╭{edge}╮", f"│ {title:<{width}} │"]
    for section in rows:
        lines += [f"├{edge}┤", *(f"│ {row:<{width}} │" for row in section)]
    return "\n".join([*lines, f"╰{edge}╯"])
