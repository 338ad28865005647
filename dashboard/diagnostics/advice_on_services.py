"""What can be advised on the servers of others that we use: mail servers, mailboxes, AI endpoints. As cause and fix."""

from __future__ import annotations

MAIL_URL = "smtp://user:password@host:587?tls=1"
MAILBOX_URL = "imaps://user:password@host:993"

# --- the mail server ---

MAIL_OFF = (
    "EMAIL_URL is not set.",
    "Set EMAIL_URL and EMAIL_FROM, so that invitations, passwords and missed answers reach people.",
)
MAIL_AWAY = (
    "The mail server does not answer there: another name, a port that begins with TLS at once (465), or a firewall "
    "that does not let this port out.",
    f"Check EMAIL_URL ({MAIL_URL}), and ask your host which ports are open; 25 is often shut.",
)
MAIL_OTHERWISE = (
    "What listens there is no mail server, or takes nobody now.",
    f"Take the port of a mail server that begins in the clear and changes to TLS, mostly 587 ({MAIL_URL}).",
)
MAIL_LOG_IN = ("User or password is wrong.", "Correct EMAIL_URL; what stands in it is %-encoded.")
MAIL_NO_TLS = (
    "EMAIL_URL asks for TLS, which the mail server does not offer on this port.",
    "Take its port for TLS (mostly 587), or within a network of your own leave ?tls=1 out.",
)
MAIL_WANTS_TLS = (
    "EMAIL_URL has a user, but the mail server takes no log-in like this: most do only over TLS.",
    f"Add ?tls=1 ({MAIL_URL}), or leave user and password out.",
)
MAIL_CERTIFICATE = (
    "The mail server's certificate is refused: expired, self-signed, or for another name.",
    "Give EMAIL_URL the name that its certificate is for; an authority of your own goes into SSL_CERT_FILE.",
)

# --- the mailbox of answers by e-mail ---

MAILBOX_AWAY = (
    "The server of the mailbox does not answer there: another name or port, or a firewall. Answers by mail wait there.",
    f"Check MAIL_IN_URL ({MAILBOX_URL}), and whether this machine may reach it.",
)
MAILBOX_OTHERWISE = (
    "What listens there speaks no IMAP, or TLS is asked of a port without it, or the other way round.",
    f"Take imaps:// with its port for TLS ({MAILBOX_URL}), or imap:// with ?tls=1, which begins in the clear.",
)
MAILBOX_LOG_IN = (
    "User or password of the mailbox is wrong, or it takes only passwords that are made for programs.",
    "Correct MAIL_IN_URL; what stands in it is %-encoded.",
)
MAILBOX_NO_TLS = (
    "MAIL_IN_URL asks to change to TLS, which the server of the mailbox does not offer on this port.",
    f"Take imaps:// and its port ({MAILBOX_URL}), or within a network of your own leave ?tls=1 out.",
)
MAILBOX_CERTIFICATE = (
    "The certificate of the mailbox' server is refused: expired, self-signed, or for another name.",
    "Give MAIL_IN_URL the name that its certificate is for; an authority of your own goes into SSL_CERT_FILE.",
)
MAILBOX_FOLDER = (
    "The server lets us in, and has no folder of this name for us.",
    "Correct what follows the host in MAIL_IN_URL, or leave it out for INBOX.",
)

# --- AI endpoints: what writes the answers, what websites have of their own, what says what texts mean ---

AI_OFF = ("AI_BASE_URL is not set.", "Nothing, unless a model is to write the answers.")
AI_AWAY = (
    "The AI endpoint does not answer from here. Conversations go to people meanwhile.",
    "Check AI_BASE_URL, and whether this machine may reach it.",
)
AI_SLOW = (
    "The endpoint takes the connection and says nothing: it is overloaded, or loads its model.",
    "Look at its own load and log. Conversations go to people meanwhile.",
)
AI_KEY = ("The key is wrong, expired, or may not do this.", "Correct AI_API_KEY.")
AI_LIMITED = (
    "The account's budget is used up, or it is asked more often than it allows. Conversations go to people meanwhile.",
    "See the account at the provider: budget and limits; or lower what each website may use a day.",
)
AI_TROUBLE = ("The endpoint itself has trouble.", "See its own status page.")
AI_NO_LIST = (
    "AI_BASE_URL is not where its API begins (mostly …/v1), or it has no list of models.",
    "Correct AI_BASE_URL; where conversations get answers all the same, nothing.",
)
AI_MODEL = ("The model has another name there, or is not installed.", "Correct AI_MODEL.")
OWN_AI_AWAY = (
    "The website's own AI endpoint does not answer from here. Its conversations go to people meanwhile.",
    "Check its address on the website's Assistant page, and whether this machine may reach it.",
)
OWN_AI_PRIVATE = (
    "The website's own AI endpoint is in a private network, where we may not be sent.",
    "Give it a public address on the website's Assistant page; where owners are trusted, set AI_PRIVATE_ADDRESSES=1.",
)
OWN_AI_KEY = (
    "The key of the website's own AI endpoint is wrong, expired, or may not do this.",
    "Enter it anew on the website's Assistant page.",
)
OWN_AI_UNREADABLE = (
    "The website's key was stored under a SECRET_KEY or ENCRYPTION_KEYS that this installation no longer has.",
    "Bring the old secret back into ENCRYPTION_KEYS, or enter the key anew on the website's Assistant page.",
)
OWN_AI_NO_LIST = (
    "The website's address is not where the API begins (mostly …/v1), or it has no list of models.",
    "Correct it on the website's Assistant page; where conversations get answers all the same, nothing.",
)
OWN_AI_MODEL = (
    "The website's model has another name there, or is not installed.",
    "Correct it on the website's Assistant page.",
)
EMBEDDINGS_AWAY = (
    "The endpoint of the embeddings does not answer from here. Full-text search alone finds passages meanwhile.",
    "Check AI_EMBEDDING_BASE_URL (empty: AI_BASE_URL), and whether this machine may reach it.",
)
EMBEDDINGS_KEY = (
    "The key is wrong, expired, or may not do this. Full-text search alone finds passages meanwhile.",
    "Correct AI_EMBEDDING_API_KEY; where AI_EMBEDDING_BASE_URL is empty, AI_API_KEY.",
)
EMBEDDINGS_NO_LIST = (
    "AI_EMBEDDING_BASE_URL is not where its API begins (mostly …/v1), or it has no list of models.",
    "Correct it; where the worker's log has no `[AI] passages get no vectors`, nothing.",
)
EMBEDDINGS_MODEL = (
    "The embedding model has another name there, or is not installed.",
    "Correct AI_EMBEDDING_MODEL.",
)
EMBEDDINGS_FOLDER = (
    "There is no model in EMBEDDING_MODEL_DIR that we could ask. Full-text search alone finds passages meanwhile.",
    "Put it there whole, and install the packages of requirements-embeddings.txt.",
)
