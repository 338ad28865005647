"""Every setting an operator can make, by its environment variable. docs/settings.md lists them from here."""

from __future__ import annotations

from decimal import Decimal
from ipaddress import ip_network
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import NoDecode, SettingsConfigDict

from chatplatform.mail_environment import MailEnvironment
from chatplatform.service_urls import ESCAPES, address
from foundation.redis_urls import urls_in

DEV_SECRET_KEY = "insecure-development-key-never-used-in-production"

# In the container: a file per setting, made at the first start. The environment goes before it.
SECRETS = Path("/run/chatplatform")

Words = Annotated[list[str], NoDecode]
PORTS = {"http": 80, "https": 443}


class Environment(MailEnvironment):
    """Read from the environment; lists are separated by commas, and what is empty counts as not set."""

    model_config = SettingsConfigDict(
        extra="ignore", env_ignore_empty=True, secrets_dir=SECRETS if SECRETS.is_dir() else None
    )

    secret_key: str = Field(DEV_SECRET_KEY, description="Signs sessions and tokens; at least 50 random characters.")
    encryption_keys: Words = Field(
        [],
        description="Secrets that encrypt stored keys, the newest first; SECRET_KEY is always the last of them.",
    )
    debug: bool = Field(False, description="Show tracebacks to everybody. Never in production.")
    demo: bool = Field(False, description="Demo shop, demo data and demo log-ins. Never in production.")
    data_dir: Path = Field(Path(".data"), description="Where the demo keeps its servers' data and its `env` file.")

    database_url: str = Field(
        "postgresql://postgres@127.0.0.1:5432/chatplatform", description="Postgres 16 to 18, as a URL."
    )
    database_pool_size: int = Field(10, ge=1, description="Connections each web or worker process may open for reads.")
    hot_path_connections: int = Field(2, ge=1, description="Connections each process uses to store messages.")
    redis_url: str = Field(
        "redis://127.0.0.1:6379/0",
        description="Redis 6 or newer, as a URL; of several, separated by commas, each keeps its share of tokens, "
        "limits, presence and live frames.",
    )
    channel_redis_urls: Words = Field(
        [],
        description="Redis hosts that live frames are spread over, by group, separated by commas; empty: REDIS_URL's.",
    )
    redis_prefix: str = Field("chat", description="First part of every Redis key, so that installations can share one.")

    public_url: str = Field(
        "http://127.0.0.1:8000", description="Scheme, host and port under which browsers reach this server."
    )
    allowed_hosts: Words = Field([], description="Further host names that are answered; that of PUBLIC_URL always is.")
    trusted_proxies: int = Field(0, ge=0, description="How many proxies in front of us append to X-Forwarded-For.")
    asgi_server: Literal["uvicorn", "daphne"] = Field("uvicorn", description="Web server, in containers.")
    web: int = Field(1, ge=1, le=64, description="Web processes behind the port, in containers; one per core at most.")
    sign_up: bool = Field(False, description="Whether strangers may create an account.")

    metrics_addresses: Words = Field(
        [], description="Addresses or networks beside loopback that may read `/metrics`, such as 10.0.0.0/8."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="With it as bearer token `/metrics` may be read from anywhere; empty: with none."
    )
    worker_metrics_port: int = Field(
        0, ge=0, le=65535, description="Port on which a worker shows its own `/metrics`, as web does; 0: on none."
    )

    sentry_dsn: SecretStr = Field(SecretStr(""), description="Where errors are reported, to a Sentry; empty: nowhere.")
    log_format: Literal["text", "json"] = Field("text", description="`text` for people, `json` for machines.")
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = Field("INFO", description="How much is logged.")

    heartbeat_seconds: float = Field(20, gt=0, description="How often a socket is told that we live.")
    silence_seconds: float = Field(75, gt=0, description="A client silent for so long is closed with 4008.")
    reader_queue: int = Field(1000, ge=10, description="Frames that may wait for a slow reader before it is closed.")
    ai_chunks_per_second: float = Field(
        15, gt=0, le=20, description="How often a growing answer is shown; the pace of the built-in assistant."
    )
    ai_base_url: str = Field(
        "", description="OpenAI-compatible endpoint that answers, up to `/v1`; without one the built-in assistant does."
    )
    ai_api_key: SecretStr = Field(SecretStr(""), description="Key of AI_BASE_URL; local servers need none.")
    ai_model: str = Field("", description="Model to ask for at AI_BASE_URL.")
    ai_first_token_seconds: float = Field(
        20, gt=0, description="How long an AI endpoint may be silent, before its first word or between two."
    )
    ai_answer_seconds: float = Field(90, gt=0, description="How long an AI endpoint may take for a whole answer.")
    ai_input_price: Decimal = Field(Decimal(0), ge=0, description="Price of a million tokens that AI_BASE_URL reads.")
    ai_output_price: Decimal = Field(Decimal(0), ge=0, description="Price of a million tokens that AI_BASE_URL writes.")
    ai_daily_tokens: int | None = Field(
        None, ge=1, description="Tokens of AI_BASE_URL that each website may use in a day (UTC); empty: no limit."
    )
    ai_patience_seconds: float = Field(
        0.6, ge=0, le=10, description="How long the assistant waits for a visitor's next words before it answers."
    )
    ai_private_addresses: bool = Field(
        False, description="Whether a website's own AI endpoint may be in a private network; AI_BASE_URL always may."
    )
    ai_embedding_model: str = Field(
        "",
        description="Model that says what texts mean, at AI_EMBEDDING_BASE_URL; without one full-text search finds "
        "the passages to answer from.",
    )
    ai_embedding_base_url: str = Field(
        "", description="OpenAI-compatible endpoint of AI_EMBEDDING_MODEL, up to `/v1`; empty: AI_BASE_URL."
    )
    ai_embedding_api_key: SecretStr = Field(
        SecretStr(""), description="Key of AI_EMBEDDING_BASE_URL, to which that of AI_BASE_URL is never sent."
    )
    ai_embedding_price: Decimal = Field(
        Decimal(0), ge=0, description="Price of a million tokens that AI_EMBEDDING_MODEL reads."
    )
    embedding_model_dir: str = Field(
        "",
        description="Folder of a sentence model in ONNX (`model.onnx`, `tokenizer.json`) to use in place of "
        "AI_EMBEDDING_MODEL; needs the packages of `requirements-embeddings.txt`.",
    )
    worker_concurrency: int = Field(50, ge=1, description="AI answers one worker writes at the same time.")

    knowledge_sources: int = Field(100, ge=1, description="Addresses and files one website may have as sources.")
    knowledge_pages: int = Field(500, ge=1, description="Pages that are read of one sitemap or website.")
    knowledge_page_megabytes: float = Field(5, gt=0, description="Size from which a page on the web is not read.")
    knowledge_file_megabytes: float = Field(20, gt=0, description="Size from which an uploaded file is refused.")
    knowledge_fetch_seconds: float = Field(20, gt=0, description="How long a page on the web may take to load.")
    knowledge_pause_seconds: float = Field(
        0.5, ge=0, description="Pause between two pages of one source; longer where its robots.txt asks for it."
    )
    knowledge_resync_hours: float = Field(24, gt=0, description="How old a source gets before it is read again.")
    knowledge_private_hosts: Words = Field(
        [], description="Hosts (`name` or `name:port`) that may be read although they are in a private network."
    )

    webhook_private_hosts: Words = Field(
        [], description="Hosts (`name` or `name:port`) that webhooks may call although they are in a private network."
    )
    webhook_retry_seconds: float = Field(
        5, gt=0, description="Until a webhook is called again that failed; four times as long each time."
    )

    upload_dir: Path | None = Field(
        None, description="Where files that are sent are kept; empty: `uploads` in DATA_DIR. Web and worker share it."
    )
    upload_megabytes: float = Field(20, gt=0, description="Size from which a file that is sent is refused.")
    upload_image_megapixels: float = Field(40, gt=0, description="Size from which an image that is sent is refused.")
    upload_day_megabytes: float = Field(200, gt=0, description="All files of one conversation in a day.")
    upload_keep_hours: float = Field(24, gt=0, description="How long a file is kept that was never sent.")

    mask_addresses: bool = Field(
        True, description="Keep and log networks (/24, /48) in place of whole IP addresses, on every website."
    )
    audit_keep_days: int = Field(730, ge=0, description="How long the audit log is kept; 0: for ever.")
    export_dir: Path | None = Field(
        None, description="Where exports lie until they expire; empty: `exports` in DATA_DIR. Web and worker share it."
    )
    export_keep_hours: float = Field(24, gt=0, description="How long an export can be fetched before it is deleted.")

    backup_dir: Path | None = Field(None, description="Where backups are written; empty: `backups` in DATA_DIR.")
    backup_hours: float = Field(24, gt=0, description="How often the service `backup` makes one.")
    backup_keep: int = Field(14, ge=1, description="How many backups are kept; the oldest go first.")

    limit_sessions_per_minute: int = Field(60, ge=1, description="New widget sessions, per address.")
    limit_sockets_per_address: int = Field(300, ge=1, description="Open sockets, per address.")
    limit_connects_per_minute: int = Field(1200, ge=1, description="Sockets that an address opens.")
    limit_visitor_messages_per_second: float = Field(5, gt=0, description="Messages of one visitor, in the long run.")
    limit_visitor_burst: int = Field(20, ge=1, description="Messages one visitor may send at once.")
    limit_staff_messages_per_second: float = Field(20, gt=0, description="Messages of one member of the staff.")
    limit_commands_per_second: float = Field(
        20,
        gt=0,
        description="Commands of one socket that are no messages, such as typing; three times as many at once.",
    )
    limit_conversations_per_minute: int = Field(30, ge=1, description="Conversations that one visitor opens.")
    limit_uploads_per_minute: int = Field(
        30, ge=1, description="Files that one visitor or one member of the staff sends."
    )
    limit_assistance_per_minute: int = Field(
        20, ge=1, description="Drafts, rewritings, summaries and trials that one member of the staff asks the AI for."
    )
    limit_transcripts_per_minute: int = Field(
        2, ge=1, description="Transcripts by e-mail, per visitor and per address they go to."
    )
    limit_invitations_per_minute: int = Field(
        30, ge=1, description="Invitations by e-mail that one member of the staff sends or sends again."
    )
    limit_diagnostics_per_minute: int = Field(
        6, ge=1, description="Runs of the diagnostics that one member of the staff may start."
    )
    limit_webhook_tests_per_minute: int = Field(
        30, ge=1, description="Tests and replays that one member of the staff has sent to webhooks."
    )
    limit_tokens_per_minute: int = Field(30, ge=1, description="Connection tokens, per visitor.")
    limit_logins_per_minute: int = Field(10, ge=1, description="Log-in attempts, per address and per account.")

    @field_validator(
        *("allowed_hosts", "channel_redis_urls", "encryption_keys", "knowledge_private_hosts", "metrics_addresses"),
        "webhook_private_hosts",
        mode="before",
    )
    @classmethod
    def split_at_commas(cls, value: object) -> object:
        return [word.strip() for word in value.split(",") if word.strip()] if isinstance(value, str) else value

    @field_validator("allowed_hosts")
    @classmethod
    def are_names(cls, value: list[str]) -> list[str]:
        if any("/" in name for name in value):
            raise ValueError("these are names only, such as chat.example.com,www.example.com")
        return value

    @field_validator("metrics_addresses")
    @classmethod
    def are_networks(cls, value: list[str]) -> list[str]:
        for network in value:
            ip_network(network, strict=False)  # says what is wrong with it
        return value

    @field_validator("public_url")
    @classmethod
    def is_an_origin(cls, value: str) -> str:
        """As browsers write it in `Origin`, with which it is compared."""
        parts = address(value, PORTS)
        rest = parts and (parts.username, parts.path.strip("/"), parts.query, parts.fragment)
        if parts is None or not parts.hostname or rest != (None, "", "", ""):
            raise ValueError("this is scheme, host and port only, such as https://chat.example.com")
        host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
        port = "" if parts.port in (None, PORTS[parts.scheme]) else f":{parts.port}"
        return f"{parts.scheme}://{host}{port}"

    @field_validator("database_url")
    @classmethod
    def is_postgres(cls, value: str) -> str:
        if address(value, {"postgresql", "postgres"}) is None:
            raise ValueError(f"this is no URL such as postgresql://user:password@host:5432/chatplatform {ESCAPES}")
        return value

    @field_validator("redis_url", "channel_redis_urls")
    @classmethod
    def is_redis(cls, value: str | list[str]) -> str | list[str]:
        urls = urls_in(value) if isinstance(value, str) else value
        for url in urls:
            parts = address(url, {"redis", "rediss", "unix"})
            if parts is None or set(parts.hostname or "") & set(" ,;"):
                raise ValueError(f"this is no URL such as redis://:password@host:6379/0 {ESCAPES}")
        if len(set(urls)) < len(urls):
            raise ValueError("the same host stands there twice")
        return value

    @property
    def redis_urls(self) -> list[str]:
        return list(urls_in(self.redis_url))

    @property
    def public_host(self) -> str:
        return urlsplit(self.public_url).hostname or ""

    @property
    def public_port(self) -> int:
        parts = urlsplit(self.public_url)
        return parts.port or PORTS[parts.scheme]

    @property
    def secure(self) -> bool:
        return self.public_url.startswith("https:")


def read_environment() -> Environment:
    """Ends the process with a line per setting that cannot be used."""
    try:
        return Environment()
    except ValidationError as invalid:
        lines = [f"{'.'.join(map(str, error['loc'])).upper()}: {sentence(error)}" for error in invalid.errors()]
        raise SystemExit("\n".join(lines)) from None


def sentence(error: ErrorDetails) -> str:
    return error["msg"].removeprefix("Value error, ")
