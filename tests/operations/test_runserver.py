"""`manage.py runserver`, as a developer uses it."""

import json
from collections.abc import Callable

import pytest
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import connect

from tests.servers.stack import Stack, answers


@pytest.mark.slow
def test_runserver_serves_pages_and_sockets(new_stack: Callable[..., Stack]) -> None:
    own = new_stack(server="runserver", worker=False)
    assert answers(f"{own.url}/accounts/login/")
    with connect(f"{own.ws_url}/ws/dashboard/") as socket:
        assert json.loads(socket.recv(timeout=10))["type"] == "error"
        with pytest.raises(ConnectionClosed) as closed:
            socket.recv(timeout=10)
    assert closed.value.rcvd is not None
    assert closed.value.rcvd.code == 4001
