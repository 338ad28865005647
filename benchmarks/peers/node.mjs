// A chat server in Node that checks nothing: ws, ioredis, pg. Same frames, same way over Redis to every socket.
// Each message is one plain statement, on a pool of ten connections. With STATEMENTS=together those that arrive while a
// statement runs go together in the next, as ours do.
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import Redis from 'ioredis';
import pg from 'pg';
import { WebSocketServer } from 'ws';

const WEBSITE = 1;
const pool = new pg.Pool({ connectionString: process.env.DATABASE_URL, max: 10 });
const publisher = new Redis(process.env.REDIS_URL, { enableAutoPipelining: true });
const subscriber = new Redis(process.env.REDIS_URL);
const groups = new Map(); // name → Set of sockets

subscriber.on('message', (name, frame) => {
  for (const socket of groups.get(name) ?? []) socket.send(frame);
});

async function join(name, socket) {
  const members = groups.get(name);
  if (members) members.add(socket);
  else {
    groups.set(name, new Set([socket]));
    await subscriber.subscribe(name);
  }
}

function leave(name, socket) {
  const members = groups.get(name);
  members?.delete(socket);
  if (members?.size === 0) {
    groups.delete(name);
    subscriber.unsubscribe(name);
  }
}

const ONE = {
  name: 'one',
  text: `
    WITH moved AS (
      UPDATE conversation SET rev = rev + 1, message_count = message_count + 1, preview = left($4, 120),
             last_message_at = now()
      WHERE id = $1 RETURNING rev)
    INSERT INTO message (id, conversation_id, seq, client_id, content)
    SELECT $2, $1, rev, $3, $4 FROM moved RETURNING seq, created_at`,
};
const MANY = {
  name: 'many',
  text: `
    WITH post AS (
      SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[])
             WITH ORDINALITY AS t (conversation_id, id, client_id, content, n)),
    numbered AS (
      SELECT post.*, row_number() OVER (PARTITION BY conversation_id ORDER BY n) AS place FROM post),
    moved AS (
      UPDATE conversation c SET rev = rev + total, message_count = message_count + total, preview = latest,
             last_message_at = now()
      FROM (SELECT conversation_id, count(*)::int AS total, left((array_agg(content ORDER BY n DESC))[1], 120) AS latest
            FROM post GROUP BY 1) g
      WHERE c.id = g.conversation_id RETURNING c.id, c.rev - total AS base)
    INSERT INTO message (id, conversation_id, seq, client_id, content)
    SELECT numbered.id, conversation_id, base + place, client_id, content
    FROM numbered JOIN moved ON moved.id = conversation_id RETURNING id, seq, created_at`,
};

async function storeOne(post) {
  const { rows } = await pool.query({ ...ONE, values: [post.conversation_id, post.id, post.client_id, post.content] });
  return rows[0];
}

let waiting = [];
let running = false;

function storeWithOthers(post) {
  return new Promise((resolve, reject) => {
    waiting.push({ post, resolve, reject });
    if (!running) flush();
  });
}

async function flush() {
  running = true;
  while (waiting.length) {
    const batch = waiting;
    waiting = [];
    const columns = ['conversation_id', 'id', 'client_id', 'content'];
    const values = columns.map((name) => batch.map(({ post }) => post[name]));
    try {
      const { rows } = await pool.query({ ...MANY, values });
      const stored = new Map(rows.map((row) => [row.id, row]));
      for (const { post, resolve } of batch) resolve(stored.get(post.id));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  }
  running = false;
}

const store = process.env.STATEMENTS === 'together' ? storeWithOthers : storeOne;

async function post(conversation_id, { client_id, content }) {
  const id = randomUUID();
  const { seq, created_at } = await store({ id, conversation_id, client_id, content });
  const message = {
    id,
    seq,
    rev: seq,
    client_id,
    kind: 'message',
    role: 'user',
    is_manual: false,
    content,
    author: null,
    timestamp: created_at,
    conversation_id,
    attachments: [],
    sources: [],
    deleted: false,
  };
  const frame = { type: 'new_message', conversation_id, website_id: WEBSITE, rev: seq, prev: seq - 1, message };
  const text = JSON.stringify(frame);
  publisher.publish(`chat_${conversation_id}`, text);
  publisher.publish(`dashboard_website_${WEBSITE}`, text);
}

const server = createServer((_, answer) => answer.end('ok'));
const sockets = new WebSocketServer({ server, perMessageDeflate: false });
sockets.on('connection', async (socket, request) => {
  const [, conversation_id] = /^\/ws\/chat\/([^/]+)\//.exec(request.url) ?? [];
  const group = conversation_id ? `chat_${conversation_id}` : `dashboard_website_${WEBSITE}`;
  socket.on('message', (text) => post(conversation_id, JSON.parse(text)));
  socket.on('close', () => leave(group, socket));
  await join(group, socket);
  socket.send('{"type":"connected"}');
});
server.listen(Number(process.env.PORT), '127.0.0.1');
