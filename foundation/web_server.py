"""The web process of the demo, the tests and the benchmark: uvicorn on sockets it was given, or on a port of loopback.

python -m foundation.web_server --port 8000          binds 127.0.0.1 and ::1 itself
python -m foundation.web_server --fd 3 --fd 4        serves sockets that its supervisor holds open: while a crashed
                                                     server is started again, browsers wait instead of failing
"""

import argparse
import socket
from collections.abc import Sequence

import uvicorn

from foundation.direct_protocol import DirectHttp, DirectProtocol
from foundation.leaving import leaving
from foundation.supervisor.ports import listen_on_loopback

APPLICATION = "chatplatform.asgi:application"
FINISH_SECONDS = 5  # that requests get to end at a stop


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--port", type=int)
    given.add_argument("--fd", type=int, action="append")
    parser.add_argument("--finish-seconds", type=int, default=FINISH_SECONDS, help="that requests get to end at a stop")
    options = parser.parse_args(arguments)
    listeners = [socket.socket(fileno=fd) for fd in options.fd] if options.fd else listen_on_loopback(options.port)
    Server(configuration(options.finish_seconds)).run(sockets=listeners)


class Server(uvicorn.Server):
    """At a stop it takes nobody in any more, then takes leave of those who are there, then closes their connections."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        for listener in sockets or []:
            listener.close()
        await leaving.take_leave()
        await super().shutdown(sockets)


def configuration(finish_seconds: int = FINISH_SECONDS) -> uvicorn.Config:
    return uvicorn.Config(
        APPLICATION,
        http=DirectHttp,
        ws=DirectProtocol,
        proxy_headers=False,  # TRUSTED_PROXIES alone says whom to believe
        access_log=False,  # it would show the tokens in query strings
        log_config=None,  # Django's settings say what is logged
        timeout_graceful_shutdown=finish_seconds,
        ws_max_size=1024 * 1024,  # so that our own refusal of frames over 64 KiB can be seen
        ws_per_message_deflate=False,
        # Our own heartbeat notices a dead client after 75 s and says so (4008); this one must not be faster.
        ws_ping_interval=20.0,
        ws_ping_timeout=60.0,
    )


if __name__ == "__main__":
    main()
