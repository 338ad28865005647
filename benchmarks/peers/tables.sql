-- The tables of node.mjs.
CREATE TABLE conversation (
    id uuid PRIMARY KEY, website_id int NOT NULL, rev int NOT NULL DEFAULT 0, message_count int NOT NULL DEFAULT 0,
    preview text NOT NULL DEFAULT '', last_message_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX ON conversation (website_id, last_message_at DESC);
CREATE TABLE message (
    id uuid PRIMARY KEY, conversation_id uuid NOT NULL REFERENCES conversation, seq int NOT NULL, client_id uuid,
    role text NOT NULL DEFAULT 'user', content text NOT NULL, created_at timestamptz NOT NULL DEFAULT now(),
    UNIQUE (conversation_id, seq), UNIQUE (conversation_id, client_id)
);
