"""Who may open a socket, in which order that is judged, and what the first frame says."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import AsyncExitStack
from uuid import UUID, uuid4

import pytest
from channels.layers import get_channel_layer
from django.conf import settings
from redis import Redis

from conversations import protocol
from conversations.subscribers.frames import chat_group, dashboard_group, layer_event, user_group
from tests.cast import Cast
from tests.clients.people import StaffMember, Visitor, log_in, session_cookie, visit
from tests.clients.sockets import DashboardSocket, Socket
from tests.servers.stack import Stack

NOT_AUTHENTICATED, NOT_ALLOWED = ("not_authenticated", 4001), ("forbidden", 4003)


@pytest.fixture
def bens_browser(ben: StaffMember) -> dict[str, str]:
    """What it sends along wherever it asks our server."""
    return session_cookie(ben.stack, ben.user)


@pytest.fixture
def redis() -> Iterator[Redis]:
    with Redis.from_url(settings.REDIS_URL) as client:
        yield client


# --- the greeting ---


async def test_a_visitor_is_greeted_with_the_state_of_the_conversation(vera: Visitor) -> None:
    async with vera.socket() as chat:
        connected = await chat.expect("connected")
    assert chat.seen[0] == connected
    assert connected["protocol"] == 1
    assert connected["heartbeat_seconds"] == 20
    assert connected["rev"] == connected["conversation"]["rev"] == 0
    assert connected["conversation"]["id"] == vera.conversation_id
    assert connected["connection_id"]


async def test_staff_are_greeted_with_every_website_they_are_subscribed_to(ben: StaffMember, people_only: Cast) -> None:
    async with ben.socket() as first, ben.socket() as second:
        await first.expect("connected")
        connected = await second.expect("connected")
    assert second.seen[0] == connected
    assert connected["websites"] == [{"id": people_only.acme.pk, "name": "Acme", "subscribers": 2}]
    assert connected["user"] == {"id": people_only.ben.pk, "name": "Ben", "avatar_url": None}
    assert connected["protocol"] == 1


async def test_two_sockets_have_different_connection_ids(vera: Visitor) -> None:
    async with vera.socket() as one, vera.socket() as other:
        ids = {(await socket.expect("connected"))["connection_id"] for socket in (one, other)}
    assert len(ids) == 2


# --- the token ---


async def test_a_token_is_taken_as_a_sub_protocol_of_which_only_ours_is_echoed(vera: Visitor) -> None:
    async with vera.socket() as chat:
        await chat.expect("connected")
        assert chat.connection.subprotocol == "chat.v1"


async def test_a_token_is_taken_from_the_query_and_no_sub_protocol_is_made_up(vera: Visitor, ben: StaffMember) -> None:
    async with vera.socket(in_query=True) as chat, ben.socket(in_query=True) as inbox:
        await chat.expect("connected")
        await inbox.expect("connected")
        assert chat.connection.subprotocol is None


async def test_a_token_is_random_lives_for_sixty_seconds_and_is_stored_hashed(vera: Visitor, redis: Redis) -> None:
    answer = vera.rest.post("auth/ws-connection-token/").json()
    token = answer["connection_token"]
    assert answer["expires_in"] == 60
    assert 50 < redis.ttl(stored_as(token)) <= 60
    assert token not in {key.decode() for key in redis.scan_iter(f"*{token}*")}
    assert vera.rest.connection_token() != token


@pytest.mark.slow
@pytest.mark.parametrize(
    "token", [None, "", "x", "v_0123456789", "A" * 43, "A" * 5000, "ünïcode-ünïcode-ünïcode", "%00" * 20]
)
async def test_without_a_valid_token_a_socket_is_refused_where_a_browser_can_see_it(
    vera: Visitor, token: str | None
) -> None:
    async with vera.socket(greeted=False, token=token, in_query=True) as chat:
        assert await refusal(chat) == NOT_AUTHENTICATED
    async with DashboardSocket(f"{vera.stack.ws_url}/ws/dashboard/", token=token, in_query=True) as inbox:
        assert await refusal(inbox) == NOT_AUTHENTICATED


async def test_a_token_opens_one_socket_only(vera: Visitor, ben: StaffMember) -> None:
    for person in (vera, ben):
        token = person.rest.connection_token()
        async with person.socket(token=token) as first, person.socket(greeted=False, token=token) as second:
            await first.expect("connected")
            assert await refusal(second) == NOT_AUTHENTICATED
            await first.round_trip()


async def test_an_expired_token_is_refused(vera: Visitor, redis: Redis) -> None:
    token = vera.rest.connection_token()
    redis.pexpire(stored_as(token), 1)
    while redis.exists(stored_as(token)):
        pass
    async with vera.socket(greeted=False, token=token) as chat:
        assert await refusal(chat) == NOT_AUTHENTICATED


async def test_a_refused_attempt_uses_the_token_up(vera: Visitor, ben: StaffMember) -> None:
    attempts = [
        Socket(f"{vera.stack.ws_url}/ws/chat/{uuid4()}/", token=(one := vera.rest.connection_token())),
        Socket(f"{vera.stack.ws_url}/ws/nowhere/", token=(two := vera.rest.connection_token())),
        vera.socket(
            greeted=False, token=(three := vera.rest.connection_token()), headers={"Origin": "https://evil.example"}
        ),
        DashboardSocket(f"{vera.stack.ws_url}/ws/dashboard/", token=(four := vera.rest.connection_token())),
    ]
    for token, attempt in zip((one, two, three, four), attempts, strict=True):
        async with attempt as refused:
            assert await refusal(refused) == NOT_ALLOWED
        async with vera.socket(greeted=False, token=token) as chat:
            assert await refusal(chat) == NOT_AUTHENTICATED


# --- rights ---


@pytest.mark.slow
@pytest.mark.parametrize("where", ["a stranger's", "another tenant's", "none", "malformed", "unknown path", "no path"])
async def test_what_is_not_yours_is_refused_without_telling_whether_it_exists(
    each_stack: Stack, people_only: Cast, vera: Visitor, where: str
) -> None:
    stranger, mallory = visit(each_stack, people_only.acme), visit(each_stack, people_only.globex)
    stranger.open()
    mallory.open()
    paths = {
        "a stranger's": f"/ws/chat/{stranger.conversation_id}/",
        "another tenant's": f"/ws/chat/{mallory.conversation_id}/",
        "none": f"/ws/chat/{uuid4()}/",
        "malformed": "/ws/chat/not-a-uuid/",
        "unknown path": "/ws/elsewhere/",
        "no path": "/",
    }
    async with Socket(each_stack.ws_url + paths[where], token=vera.rest.connection_token()) as chat:
        error, code = await chat.closed()
        assert (error["code"], code) == NOT_ALLOWED
        assert error["detail"] == "You may not open this."
    assert len(chat.seen) == 1


@pytest.mark.parametrize(
    "path", ["/ws/chat/not-a-uuid/", "/ws/elsewhere/", "/ws/chat/00000000-0000-4000-8000-000000000000/"]
)
async def test_the_token_is_judged_before_the_path(each_stack: Stack, path: str) -> None:
    async with Socket(each_stack.ws_url + path) as chat:
        assert await refusal(chat) == NOT_AUTHENTICATED


async def test_a_token_of_the_wrong_kind_opens_nothing(vera: Visitor, ben: StaffMember) -> None:
    async with DashboardSocket(f"{vera.stack.ws_url}/ws/dashboard/", token=vera.rest.connection_token()) as inbox:
        assert await refusal(inbox) == NOT_ALLOWED
    async with vera.socket(greeted=False, token=ben.rest.connection_token()) as chat:
        assert await refusal(chat) == NOT_ALLOWED


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1", "http://127.0.0.1:1", "null", "https://127.0.0.1:{port}"]
)
async def test_a_foreign_origin_is_refused_down_to_the_port(vera: Visitor, ben: StaffMember, origin: str) -> None:
    headers = {"Origin": origin.format(port=vera.stack.port)}
    async with vera.socket(greeted=False, headers=headers) as chat, ben.socket(greeted=False, headers=headers) as inbox:
        assert await refusal(chat) == NOT_ALLOWED
        assert await refusal(inbox) == NOT_ALLOWED


async def test_our_own_origin_and_none_at_all_are_let_in_with_a_token(vera: Visitor, ben: StaffMember) -> None:
    own = {"Origin": vera.stack.url}
    async with vera.socket(headers=own) as chat, ben.socket(headers=own) as inbox, vera.socket() as program:
        for socket in (chat, inbox, program):
            await socket.expect("connected")


async def test_a_disabled_website_lets_no_visitor_in(vera: Visitor, people_only: Cast, ben: StaffMember) -> None:
    token = vera.rest.connection_token()
    ada = log_in(vera.stack, people_only.ada)
    ada.rest.patch(f"websites/{people_only.acme.pk}/", {"is_active": False})
    async with vera.socket(greeted=False, token=token) as chat, ben.socket(greeted=False) as inbox:
        assert await refusal(chat) == NOT_ALLOWED
        await inbox.expect("connected")


# --- the browser's log-in ---


async def test_a_log_in_of_the_browser_is_enough_on_a_page_of_our_own(
    ben: StaffMember, bens_browser: dict[str, str]
) -> None:
    headers = {"Origin": ben.stack.url} | bens_browser
    async with ben.socket(token=None, headers=headers) as inbox:
        assert (await inbox.expect("connected"))["user"]["id"] == ben.user.pk


@pytest.mark.parametrize("origin", [None, "https://evil.example", "http://localhost:{port}", "http://127.0.0.1:1"])
async def test_a_log_in_alone_is_no_use_to_other_pages(
    ben: StaffMember, bens_browser: dict[str, str], origin: str | None
) -> None:
    headers = bens_browser | ({"Origin": origin.format(port=ben.stack.port)} if origin else {})
    async with ben.socket(greeted=False, token=None, headers=headers) as inbox:
        assert await refusal(inbox) == NOT_AUTHENTICATED


async def test_a_log_in_does_not_open_a_visitors_socket(vera: Visitor, bens_browser: dict[str, str]) -> None:
    headers = {"Origin": vera.stack.url} | bens_browser
    async with vera.socket(greeted=False, token=None, headers=headers) as chat:
        assert await refusal(chat) == NOT_AUTHENTICATED


async def test_a_bad_token_is_refused_even_beside_a_good_log_in(ben: StaffMember, bens_browser: dict[str, str]) -> None:
    headers = {"Origin": ben.stack.url} | bens_browser
    async with ben.socket(greeted=False, token="A" * 43, headers=headers) as inbox:
        assert await refusal(inbox) == NOT_AUTHENTICATED


# --- one person ---


async def test_what_is_told_to_one_person_reaches_all_their_dashboards_and_nobody_elses(
    vera: Visitor, ben: StaffMember, people_only: Cast, core: None
) -> None:
    cleo = log_in(vera.stack, people_only.cleo)
    async with ben.socket() as laptop, ben.socket() as phone, cleo.socket() as cleos, vera.socket() as chat:
        told = protocol.encode(protocol.Resync())
        everybody = [dashboard_group(people_only.acme.pk), chat_group(UUID(vera.conversation_id))]
        tellings = [(user_group(people_only.ben.pk), layer_event("resync", told))]
        tellings += [(group, layer_event("pong", protocol.encode(protocol.Pong()))) for group in everybody]
        await get_channel_layer().groups_send(tellings)
        for socket in (laptop, phone, cleos, chat):
            await socket.expect("pong")
        assert [len(socket.seen_of("resync")) for socket in (laptop, phone, cleos, chat)] == [1, 1, 0, 0]


# --- what is left behind ---


async def test_a_socket_that_ends_leaves_its_groups(
    vera: Visitor, ben: StaffMember, people_only: Cast, redis: Redis
) -> None:
    groups = [
        f"chat_{vera.conversation_id}",
        f"dashboard_website_{people_only.acme.pk}",
        f"dashboard_user_{people_only.ben.pk}",
    ]
    async with vera.socket() as chat, ben.socket() as inbox:
        await chat.expect("connected")
        await inbox.expect("connected")
        assert listeners(redis, groups) == [1, 1, 1]
    while any(listeners(redis, groups)):
        pass


async def test_tokens_are_never_logged(vera: Visitor, ben: StaffMember) -> None:
    tokens = [vera.rest.connection_token(), ben.rest.connection_token()]
    async with vera.socket(token=tokens[0], in_query=True) as chat, ben.socket(token=tokens[1], in_query=True) as inbox:
        await chat.expect("connected")
        await inbox.expect("connected")
    written = vera.stack.web.spec.log.read_text()
    assert "[WS_TOKEN_API] issued" in written
    assert "[WS_TOKEN] consumed" in written
    assert "[WS_AUTH] connected" in written
    assert not any(token in written for token in tokens)


async def refusal(socket: Socket) -> tuple[str, int]:
    error, code = await socket.closed()
    assert len(socket.seen) == 1, "nothing but the error frame is sent to one who is refused"
    return error["code"], code


def stored_as(token: str) -> str:
    return f"{settings.REDIS_PREFIX}:ws_conn_token:{hashlib.sha256(token.encode()).hexdigest()}"


def listeners(redis: Redis, groups: list[str]) -> list[int]:
    """How many processes listen to each group."""
    names = [f"{settings.REDIS_PREFIX}__group__{group}" for group in groups]
    return [count for _, count in redis.pubsub_numsub(*names)]


# --- many at once ---


async def test_who_come_in_together_each_find_their_own_conversation_whole(
    vera: Visitor, ben: StaffMember, people_only: Cast
) -> None:
    async with ben.socket() as inbox:
        await inbox.send("take_over", conversation_id=vera.conversation_id)
        await inbox.expect("conversation_updated")
    everybody = [vera, *[visit(vera.stack, people_only.acme) for _ in range(5)]]
    for other in everybody[1:]:
        other.open("Hello?")
    async with AsyncExitStack() as sockets:
        opened = [await sockets.enter_async_context(one.socket(greeted=False)) for one in everybody]
        greetings = [(await socket.expect("connected"))["conversation"] for socket in opened]
    assert [one["id"] for one in greetings] == [one.conversation_id for one in everybody]
    agents = [one["agent"]["name"] if one["agent"] else None for one in greetings]
    assert agents == ["Ben", *[None] * 5]
