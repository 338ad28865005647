"""Ports on loopback."""

import random
import socket

# Below the range from which systems take ports for outgoing connections, so that nobody takes ours between two starts.
FREE_RANGE = range(20_000, 32_000)
LOOPBACK = ((socket.AF_INET, "127.0.0.1"), (socket.AF_INET6, "::1"))


def free_port() -> int:
    """A port that nobody listens on, on any loopback address."""
    for port in random.SystemRandom().sample(FREE_RANGE, 200):
        try:
            listeners = listen_on_loopback(port)
        except OSError:
            continue
        for listener in listeners:
            listener.close()
        return port
    raise OSError("No free port between 20000 and 32000.")


def listen_on_loopback(port: int) -> list[socket.socket]:
    """Listening sockets on 127.0.0.1 and, where the machine has it, ::1. Raises OSError when one of them is taken."""
    listeners: list[socket.socket] = []
    try:
        for family, address in LOOPBACK:
            if family is socket.AF_INET or has_ipv6():
                listeners.append(listen(family, address, port))
    except OSError:
        for listener in listeners:
            listener.close()
        raise
    return listeners


def listen(family: socket.AddressFamily, address: str, port: int) -> socket.socket:
    listener = socket.socket(family, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if family is socket.AF_INET6:
            listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        listener.bind((address, port))
        listener.listen(1024)
    except OSError:
        listener.close()
        raise
    return listener


def has_ipv6() -> bool:
    if not socket.has_ipv6:
        return False
    try:
        with socket.socket(socket.AF_INET6, socket.SOCK_STREAM) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True
