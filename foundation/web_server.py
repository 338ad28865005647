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
from foundation.supervisor.ports import listen_on_loopback

APPLICATION = "chatplatform.asgi:application"


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    given = parser.add_mutually_exclusive_group(required=True)
    given.add_argument("--port", type=int)
    given.add_argument("--fd", type=int, action="append")
    options = parser.parse_args(arguments)
    listeners = [socket.socket(fileno=fd) for fd in options.fd] if options.fd else listen_on_loopback(options.port)
    uvicorn.Server(configuration()).run(sockets=listeners)


def configuration() -> uvicorn.Config:
    return uvicorn.Config(
        APPLICATION,
        http=DirectHttp,
        ws=DirectProtocol,
        proxy_headers=False,  # TRUSTED_PROXIES alone says whom to believe
        access_log=False,  # it would show the tokens in query strings
        log_config=None,  # Django's settings say what is logged
        timeout_graceful_shutdown=5,
        ws_max_size=1024 * 1024,  # so that our own refusal of frames over 64 KiB can be seen
        ws_per_message_deflate=False,
        # Our own heartbeat notices a dead client after 75 s and says so (4008); this one must not be faster.
        ws_ping_interval=20.0,
        ws_ping_timeout=60.0,
    )


if __name__ == "__main__":
    main()
