"""All that the diagnostics can advise: the likely cause, and what to do about it.

Each is told where its part is broken on purpose: tests/operations/diagnosis/ names every one of them.
"""

from __future__ import annotations

from enum import Enum, unique

from dashboard.diagnostics import advice_on_services as services

PROXY_COUNT = "Set TRUSTED_PROXIES to the number of proxies in front"
LET_BROWSERS_IN = "Give PUBLIC_URL the exact scheme, host and port that browsers use, the same for every container."


@unique
class Advice(Enum):
    """`cause` and `fix`, each a sentence or two for whoever runs the installation."""

    def __init__(self, cause: str, fix: str) -> None:
        self.cause, self.fix = cause, fix

    # --- nobody answers at all, or not by HTTP ---

    CERTIFICATE_EXPIRED = (
        "The certificate has expired, or is not valid yet.",
        "Renew it and have the proxy read it anew; where it is new, look at this machine's clock.",
    )
    CERTIFICATE_NAME = (
        "The certificate is for another name.",
        "Give PUBLIC_URL the name that it is for, or get one for this name.",
    )
    CERTIFICATE_UNTRUSTED = (
        "The certificate is self-signed, from an authority that this machine does not know, or without the "
        "certificates between.",
        "Have the proxy send the whole chain; an authority of your own goes into SSL_CERT_FILE (and into browsers).",
    )
    NO_TLS = (
        "What listens there speaks no TLS: https is asked of a port for http, or the proxy has no certificate yet.",
        "Give PUBLIC_URL the port that ends TLS, and see the proxy's log about its certificate.",
    )
    NO_SUCH_HOST = (
        "The name in PUBLIC_URL leads nowhere from this machine.",
        "Correct PUBLIC_URL or the DNS entry; from within a container, --url http://web:8000 leaves DNS out.",
    )
    NO_ANSWER = (
        "Something takes the connection and does not answer: a proxy without a server behind, a firewall, or a "
        "server that is overloaded or frozen.",
        "Look whether the web process lives and what it logs; then at proxy and firewall.",
    )
    NO_HTTP = (
        "What listens there cuts the connection or speaks no HTTP: another program's port, or http is asked of a "
        "port for https.",
        "Give PUBLIC_URL the scheme and port of the proxy or of the web process.",
    )
    NO_PROXY = (
        "The proxy does not run, or not at this address.",
        "Start it (`docker compose ps caddy`, or your own); `--url http://127.0.0.1:8000` leaves it out.",
    )
    NOBODY_LISTENS = (
        "The web process does not run, or not at this address.",
        "Start it (`docker compose ps`, `docker compose logs web`), and check that PUBLIC_URL is where it listens.",
    )

    # --- somebody answers with an error: our server, or what stands in front of it ---

    LIMITED = (
        "Too many sessions or connections came from this address: behind a proxy, everybody has the same.",
        f"{PROXY_COUNT}; else wait a minute.",
    )
    STORES_AWAY = (
        "The web process lives, but Postgres or Redis does not answer it.",
        "See the parts below, and the web process' log.",
    )
    OTHER_INSTALLATION = (
        "The server that answers is another installation, or has another SECRET_KEY or database than this command.",
        "Run it where the web process runs, with the same environment.",
    )
    NOT_OURS = (
        "What answers there is no live chat: another site, or a proxy that leads this path elsewhere.",
        "Correct PUBLIC_URL, or have the proxy pass every path of this name to the web process.",
    )
    REDIRECTED = (
        "PUBLIC_URL is redirected elsewhere, often from http to https.",
        "Give PUBLIC_URL the address it is redirected to; where that is the same one, the proxy has to pass on "
        "X-Forwarded-Proto.",
    )
    HOST_REFUSED = (
        "The host name is not one that this installation answers to, or http was asked of a port for https.",
        "Correct PUBLIC_URL, add the name to ALLOWED_HOSTS, or have the proxy pass on `Host`.",
    )
    PROXY_LOG_IN = (
        "A proxy in front asks for a log-in of its own, which visitors of other sites do not have.",
        "Take its log-in away from /widget/, /api/ and /ws/.",
    )
    PROXY_FORBIDS = (
        "A proxy or firewall in front refuses the request; our server closes a socket with a code instead.",
        "Look for its rule (its log names it), and let /widget/, /api/ and /ws/ pass.",
    )
    PROXY_LIMITS = (
        "A proxy or firewall in front limits how often it is asked.",
        "Raise its limit for /widget/, /api/ and /ws/; ours is counted by address and says so in its answer.",
    )
    WEB_FAILS = (
        "The web process answers, and fails.",
        "Look at its log around this moment (`docker compose logs web`): a traceback stands there.",
    )
    NO_WEB = (
        "The proxy is there, the web process behind it is not.",
        "Start it (`docker compose ps`, `docker compose logs web`).",
    )
    PROXY_UPGRADE = (
        "A proxy in between does not pass WebSockets on.",
        "Let it pass `Upgrade` and `Connection` for /ws/ (Caddy and Traefik do; nginx: proxy_http_version 1.1, "
        "proxy_set_header Upgrade $http_upgrade, proxy_set_header Connection upgrade).",
    )

    # --- the socket was open, and was closed ---

    TOKEN_UNKNOWN = (
        "The token was not known: the process that gave it uses another Redis than the one that takes it.",
        "Give REDIS_URL and REDIS_PREFIX the same values in every web process.",
    )
    ORIGIN_REFUSED = ("The origin is refused: the browser's address is not PUBLIC_URL.", LET_BROWSERS_IN)
    TOO_MANY_SOCKETS = (
        "Too many sockets from one address: behind a proxy, everybody has the same.",
        f"{PROXY_COUNT}, or raise LIMIT_SOCKETS_PER_ADDRESS.",
    )
    RESTARTING = (
        "The server is restarting, or Redis or Postgres do not answer it.",
        "See the parts below; look for [WS_AUTH] in the web log.",
    )
    CUT = (
        "Something between browser and server cut the connection.",
        "Let proxies keep /ws/ open for at least two minutes; look for [WS_AUTH] in the web log.",
    )

    # --- from a browser, which says less about it ---

    BROWSER_NO_SOCKET = (
        "The page came through, and the socket did not open: a proxy on either side, a company network, an antivirus "
        "program or an extension of this browser passes no WebSockets.",
        "If the server's own tests are well, try another network or a private window without extensions; else see "
        "what they say of the proxy. Chats go on over HTTP meanwhile.",
    )
    BROWSER_BLOCKED = (
        "The page came through, and this request of it did not: an extension of this browser blocks it, the network "
        "is gone, or the server went away in between.",
        "Try a private window without extensions, then another network.",
    )

    # --- a step does not come to its end ---

    NO_PROBE = (
        "Postgres answers, but takes nothing: it is read-only, its disk is full, or its tables are another version's.",
        "Look at its log (`docker compose logs postgres`, `df -h`), and at that of `prepare`, which migrates.",
    )
    OTHER_RIGHTS = (
        "The web process reads rights from another database, or from a copy that lags behind.",
        "Give DATABASE_URL the same value everywhere: the database that is written to.",
    )
    NOBODY_COUNTED = (
        "The web process notes who is there in another Redis than this command reads, or under another prefix.",
        "Give REDIS_URL and REDIS_PREFIX the same values in every container, then restart them.",
    )
    NOT_BROADCAST = (
        "The web process publishes to another Redis than this command hears, or Redis has refused it.",
        "Give CHANNEL_REDIS_URLS and REDIS_URL the same values everywhere; look for [WS_SEND] in the web log.",
    )
    HELD_BACK = (
        "The socket is open, but what the server tells it does not come through.",
        "If the step before was well, a proxy holds frames back: switch its buffering off for /ws/.",
    )

    LIST_LACKS = (
        "The dashboard is told, and what it fetches then is another list: from a cache in between, or from a web "
        "process on another database.",
        "Let no proxy or CDN keep answers below /api/, and give DATABASE_URL the same value everywhere.",
    )

    # --- what it stands on ---

    POSTGRES_AWAY = (
        "Postgres does not run, or DATABASE_URL is wrong.",
        "`docker compose ps postgres`, then its log.",
    )
    POSTGRES_REFUSES = (
        "Postgres runs and does not let us in: another password, user or database, or all its connections are taken.",
        "Correct DATABASE_URL; where connections are short, lower DATABASE_POOL_SIZE or raise its max_connections.",
    )
    REDIS_AWAY = ("Redis does not run, or REDIS_URL is wrong.", "`docker compose ps redis`, then its log.")
    LAYER_AWAY = (
        "A Redis of the channel layer does not run, or CHANNEL_REDIS_URLS is wrong.",
        "`docker compose ps redis`; clients go on over HTTP meanwhile and resume afterwards.",
    )
    NO_WORKER = (
        "The worker does not run, or on another database: no AI answers, mails, webhooks or clean-up.",
        "Start it: `docker compose up -d worker`, by hand `manage.py run_worker`; then look at its log.",
    )
    JOBS_WAIT = (
        "More is asked of the worker than it gets done, or an endpoint it waits for is slow.",
        "Look at its log; start a second one (`make scale WORKER=2`).",
    )
    CLOCKS_DIFFER = (
        "The machines' clocks differ: presence, limits and log-ins expire too early or too late.",
        "Let every machine keep its time by NTP (`timedatectl status`).",
    )
    STORAGE_FULL = ("The volume is full, or its quota used up.", "Make room there; `df -h` and `df -i` say how much.")
    STORAGE_CLOSED = (
        "The volume is read-only, missing, or another user's.",
        "Mount it, and let the server's user write to UPLOAD_DIR and EXPORT_DIR; web and worker share both.",
    )
    STORAGE_NEARLY_FULL = ("The volume of UPLOAD_DIR is nearly full.", "Make room there.")

    # --- the servers of others ---

    MAIL_OFF = services.MAIL_OFF
    MAIL_AWAY = services.MAIL_AWAY
    MAIL_OTHERWISE = services.MAIL_OTHERWISE
    MAIL_LOG_IN = services.MAIL_LOG_IN
    MAIL_NO_TLS = services.MAIL_NO_TLS
    MAIL_WANTS_TLS = services.MAIL_WANTS_TLS
    MAIL_CERTIFICATE = services.MAIL_CERTIFICATE
    MAILBOX_AWAY = services.MAILBOX_AWAY
    MAILBOX_OTHERWISE = services.MAILBOX_OTHERWISE
    MAILBOX_LOG_IN = services.MAILBOX_LOG_IN
    MAILBOX_NO_TLS = services.MAILBOX_NO_TLS
    MAILBOX_CERTIFICATE = services.MAILBOX_CERTIFICATE
    MAILBOX_FOLDER = services.MAILBOX_FOLDER
    AI_OFF = services.AI_OFF
    AI_AWAY = services.AI_AWAY
    AI_SLOW = services.AI_SLOW
    AI_KEY = services.AI_KEY
    AI_LIMITED = services.AI_LIMITED
    AI_TROUBLE = services.AI_TROUBLE
    AI_NO_LIST = services.AI_NO_LIST
    AI_MODEL = services.AI_MODEL
    OWN_AI_AWAY = services.OWN_AI_AWAY
    OWN_AI_PRIVATE = services.OWN_AI_PRIVATE
    OWN_AI_KEY = services.OWN_AI_KEY
    OWN_AI_UNREADABLE = services.OWN_AI_UNREADABLE
    OWN_AI_NO_LIST = services.OWN_AI_NO_LIST
    OWN_AI_MODEL = services.OWN_AI_MODEL
    EMBEDDINGS_AWAY = services.EMBEDDINGS_AWAY
    EMBEDDINGS_KEY = services.EMBEDDINGS_KEY
    EMBEDDINGS_NO_LIST = services.EMBEDDINGS_NO_LIST
    EMBEDDINGS_MODEL = services.EMBEDDINGS_MODEL
    EMBEDDINGS_FOLDER = services.EMBEDDINGS_FOLDER

    # --- what is set ---

    DEBUG_ON = ("Errors show code and settings to everybody.", "Set DEBUG=0 for real visitors.")
    NOT_ENCRYPTED = (
        "Everybody on the way can read along; browsers switch notifications and passkeys off.",
        "Put a proxy with TLS in front and give PUBLIC_URL https:// (docs/operators).",
    )
    NO_TRUSTED_PROXY = (
        "If a proxy ends TLS in front, everybody seems to come from its address and shares its limits.",
        f"{PROXY_COUNT}.",
    )
    ADDRESSES_SHARED = (
        "The server takes every visitor for a proxy in front: limits count all of them together, and blocks meet all.",
        f"{PROXY_COUNT}, and have each write X-Forwarded-For (nginx: $proxy_add_x_forwarded_for).",
    )
    ADDRESSES_FORGED = (
        "Visitors can say which address they come from, and so escape limits and blocks: TRUSTED_PROXIES counts more "
        "proxies than write X-Forwarded-For.",
        f"{PROXY_COUNT} that write it: 0 where there is none.",
    )
    UNKNOWN = ("Nothing that is known here.", "Look at the web process' log around this moment.")
