/** The page on which an integrator tries the API by hand, opened twice: every request, answer and frame as it is. */

const SUBPROTOCOL = 'chat.v1';
const MOST_LINES = 500;

type Json = Record<string, unknown>;

const find = <T extends HTMLElement>(id: string): T => document.getElementById(id) as T;
const field = (id: string): HTMLInputElement => find<HTMLInputElement>(id);
const log = find('log');
const state = find('state');

let socket: WebSocket | null = null;
let attempts = 0;

// --- what goes over the wire, and the log of it ---

function show(direction: 'sent' | 'received' | 'noted', what: string, body?: unknown): void {
  const line = document.createElement('article');
  line.className = direction;
  const head = document.createElement('p');
  head.textContent = `${new Date().toLocaleTimeString()} ${{ sent: '→', received: '←', noted: '·' }[direction]} ${what}`;
  line.append(head);
  if (body !== undefined) {
    const text = document.createElement('pre');
    text.textContent = JSON.stringify(body, shortened, 2);
    line.append(text);
  }
  log.append(line);
  while (log.childElementCount > MOST_LINES) log.firstElementChild!.remove();
  log.scrollTop = log.scrollHeight;
}

/** What opens doors stands in no picture of the page. */
const SECRETS = new Set(['password', 'otp', 'access', 'refresh', 'visitor_token', 'resume_handle', 'connection_token']);
const shortened = (key: string, value: unknown): unknown => (SECRETS.has(key) && typeof value === 'string' ? `${value.slice(0, 4)}…` : value);

/** The answer's body. Throws what it says where it is no success. */
async function ask(path: string, body: Json): Promise<Json> {
  const token = field('token').value.trim();
  show('sent', `POST /api/v1/${path}`, body);
  const answer = await fetch(`/api/v1/${path}`, {
    method: 'POST',
    credentials: 'omit',
    headers: { 'Content-Type': 'application/json', ...(token && { Authorization: `${schemeOf(token)} ${token}` }) },
    body: JSON.stringify(body),
  });
  const given = (await answer.json().catch(() => ({}))) as Json;
  show('received', `${answer.status} ${path}`, given);
  if (!answer.ok) throw new Error((given['error'] as Json | undefined)?.['detail']?.toString() ?? `The server answered ${answer.status}.`);
  return given;
}

const isVisitor = (token: string): boolean => token.startsWith('v_');
const schemeOf = (token: string): string => (isVisitor(token) || token.split('.').length === 3 ? 'Bearer' : 'Api-Key');

/** Throws where there is no open socket. */
function send(frame: Json): void {
  if (socket?.readyState !== WebSocket.OPEN) throw new Error('Connect first.');
  socket.send(JSON.stringify(frame));
  show('sent', String(frame['type']), frame);
}

function say(text: string): void {
  state.textContent = text;
}

// --- coming in ---

async function beVisitor(): Promise<void> {
  field('token').value = '';
  const session = await ask('widget/sessions/', { website_key: field('website').value.trim() });
  field('token').value = String(session['visitor_token']);
  const open = session['conversation'] as Json | null;
  field('conversation').value = open ? String(open['id']) : '';
  say('You are a visitor now. Connect.');
}

async function logIn(): Promise<void> {
  field('token').value = '';
  const code = field('code').value.trim();
  const who = { email: field('email').value.trim(), password: field('password').value };
  const pair = await ask('auth/token/', { ...who, ...(code && { otp: code }) });
  field('password').value = field('code').value = '';
  field('token').value = String(pair['access']);
  say('You are logged in. Connect.');
}

async function connect(): Promise<void> {
  leave();
  const mine = ++attempts;
  const token = field('token').value.trim();
  if (isVisitor(token) && !field('conversation').value) {
    const made = await ask('widget/conversations/', {});
    field('conversation').value = String((made['conversation'] as Json)['id']);
  }
  const path = isVisitor(token) ? `/ws/chat/${field('conversation').value.trim()}/` : '/ws/dashboard/';
  const { connection_token } = await ask('auth/ws-connection-token/', {});
  if (mine !== attempts) return; // asked for again meanwhile
  const address = location.origin.replace('http', 'ws') + path;
  show('noted', `opening ${address}`);
  const opened = new WebSocket(address, [SUBPROTOCOL, `token.${String(connection_token)}`]);
  socket = opened;
  opened.addEventListener('message', ({ data }) => {
    const frame = JSON.parse(String(data)) as Json;
    show('received', String(frame['type']), frame);
    hear(frame);
  });
  opened.addEventListener('close', ({ code, reason }) => {
    show('noted', `closed with ${code} ${reason}`);
    if (mine === attempts) say(`Closed with ${code}.`);
  });
}

function hear(frame: Json): void {
  if (frame['type'] === 'connected') say('Connected.');
  // A dashboard that has named none answers in the first conversation it hears of; the field says which.
  if (frame['type'] === 'new_message' && !field('conversation').value) field('conversation').value = String(frame['conversation_id']);
}

function leave(): void {
  socket?.close();
  socket = null;
}

// --- saying something ---

/** A dashboard names the conversation, a visitor has one. */
const inConversation = (): Json => (isVisitor(field('token').value.trim()) ? {} : { conversation_id: field('conversation').value.trim() });

const ACTIONS: Record<string, () => void | Promise<void>> = {
  visitor: beVisitor,
  'log-in': logIn,
  connect,
  close: leave,
  say() {
    send({ type: 'chat_message', client_id: crypto.randomUUID(), content: field('text').value, ...inConversation() });
    field('text').value = '';
  },
  typing: () => send({ type: 'typing', is_typing: true, ...inConversation() }),
  resume: () => send({ type: 'resume', after: Number(field('after').value) || 0, ...inConversation() }),
  ping: () => send({ type: 'ping' }),
  raw: () => send(JSON.parse(find<HTMLTextAreaElement>('frame').value) as Json),
  clear: () => log.replaceChildren(),
};

for (const form of document.querySelectorAll('form')) {
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const name = (event.submitter as HTMLButtonElement | null)?.value ?? '';
    Promise.resolve()
      .then(ACTIONS[name])
      .catch((error: unknown) => say(error instanceof Error ? error.message : String(error)));
  });
}

export {};
