/**
 * The way of a message, gone from this browser: a dashboard's socket and a widget's, a message from the one to the other,
 * with a probe of the server's that is given back at the end, also when the page is left.
 */
import { Trouble, createTalk, within, type Frame, type Says, type Talk } from './diagnostics_talk.ts';

interface Probe {
  handle: string;
  website_key: string;
  connection_token: string;
}

type Step = () => Promise<string>;

const section = document.querySelector<HTMLElement>('[data-browser]');
if (section) {
  section.hidden = false;
  void go(section, JSON.parse(document.getElementById('browser-says')!.textContent!) as Says);
}

async function go(shown: HTMLElement, says: Says): Promise<void> {
  const talk = createTalk(says, document.querySelector<HTMLInputElement>('[name=csrfmiddlewaretoken]')!.value);
  const lines: string[] = [];
  let probe: Probe | null = null;
  const end = (): void => {
    if (probe) void talk.post('diagnostics/browser/end/', { handle: probe.handle }, null, true).catch(() => undefined);
    probe = null;
  };
  addEventListener('pagehide', end);
  let failed = false;
  const steps = stepsOf(talk, says, async () => (probe = (await talk.post('diagnostics/browser/', {})) as unknown as Probe));
  for (const row of shown.querySelectorAll<HTMLElement>('[data-step]')) {
    const isWell = await tried(row, failed ? null : steps[row.dataset['step']!]!, says, lines);
    // Whose address is believed bars nobody's way.
    if (!isWell && row.dataset['step'] !== 'address') failed = true;
  }
  talk.close();
  end();
  conclude(shown, lines);
}

/** Each in the order of its row; what one has learned the next one needs. */
function stepsOf(talk: Talk, says: Says, lend: () => Promise<Probe>): Record<string, Step> {
  const clientId = crypto.randomUUID();
  let website = '';
  let conversation = '';
  return {
    address: async () => {
      const query = `diagnostics/address/?sent=${says.made_up}`;
      const seen = await talk.get(query, { 'X-Forwarded-For': says.made_up });
      const detail = `${String(seen['proxies'])} proxies have said who asks, TRUSTED_PROXIES is ${String(seen['trusted_proxies'])}`;
      const advice = says.verdicts[String(seen['verdict'])];
      if (advice) throw new Trouble(detail, advice);
      return detail;
    },
    dashboard: async () => {
      const probe = await lend();
      website = probe.website_key;
      await talk.open('dashboard', '/ws/dashboard/', probe.connection_token);
      return 'greeted';
    },
    subscribe: async () => {
      talk.send('dashboard', { type: 'subscribe', channel: 'chat_updates' });
      const answer = await talk.frame('dashboard', (frame) => frame.type === 'subscribed');
      return `${String(answer['channel'])}: ${String(answer['subscribers'])} subscriber`;
    },
    widget: async () => {
      const session = await talk.post('widget/sessions/', { website_key: website }, '');
      const token = String(session['visitor_token']);
      const made = await talk.post('widget/conversations/', {}, token);
      conversation = String((made['conversation'] as Frame)['id']);
      const ticket = await talk.post('auth/ws-connection-token/', {}, token);
      await talk.open('widget', `/ws/chat/${conversation}/`, String(ticket['connection_token']));
      return 'greeted';
    },
    message: async () => {
      talk.send('widget', { type: 'chat_message', client_id: clientId, content: 'Probe of the diagnostics' });
      const frame = await talk.frame('widget', (one) => one.type === 'new_message' && messageOf(one)['client_id'] === clientId);
      return `confirmed as number ${String(frame['rev'])}`;
    },
    receive: async () => {
      const isIt = (one: Frame): boolean => one.type === 'new_message' && one['conversation_id'] === conversation;
      const frame = await talk.frame('dashboard', isIt);
      await talk.frame('dashboard', (one) => one.type === 'chat_updates');
      return `number ${String(frame['rev'])}, and the light notice`;
    },
  };
}

const messageOf = (frame: Frame): Frame => frame['message'] as Frame;

/** Shows how it ended, on the page and as lines of the report. Without a step it is not tried. */
async function tried(row: HTMLElement, step: Step | null, says: Says, lines: string[]): Promise<boolean> {
  const title = row.querySelector('.table-main')!.textContent!;
  const state = row.querySelector<HTMLElement>('[data-state]')!;
  const time = row.querySelector('[data-time]')!;
  if (!step) {
    show(state, 'Skipped', '');
    note(row, 'the step before has failed');
    time.textContent = 'not tried';
    lines.push(line('-', title, 'not tried', 'the step before has failed'));
    return false;
  }
  show(state, 'Running…', '');
  const began = performance.now();
  let detail: string;
  let trouble: Trouble | null = null;
  try {
    detail = await within(step());
  } catch (error) {
    trouble = error instanceof Trouble ? error : new Trouble(String(error), says.met['unknown']!);
    detail = trouble.detail;
  }
  time.textContent = `${Math.round(performance.now() - began)} ms`;
  show(state, trouble ? 'Failed' : 'OK', trouble ? 'tag-bad' : 'tag-good');
  note(row, detail);
  lines.push(line(trouble ? 'FAILED' : 'ok', title, time.textContent, detail));
  if (trouble) advise(row, says.advice[trouble.advice]!, lines);
  return !trouble;
}

function show(state: HTMLElement, words: string, tag: string): void {
  state.textContent = words;
  state.className = `tag ${tag}`;
}

function note(row: HTMLElement, text: string): void {
  const detail = document.createElement('span');
  detail.className = 'muted';
  detail.textContent = text;
  row.querySelector('[data-said]')!.append(detail);
}

function advise(row: HTMLElement, { cause, fix }: { cause: string; fix: string }, lines: string[]): void {
  const said: [string, string][] = [['Likely cause:', cause], ['What to do:', fix]];
  for (const [label, text] of said) {
    const paragraph = document.createElement('p');
    paragraph.className = 'muted';
    const strong = document.createElement('strong');
    strong.textContent = label;
    paragraph.append(strong, ' ', ...withCode(text));
    row.querySelector('[data-said]')!.append(paragraph);
    lines.push(`${' '.repeat(10)}${label.padEnd(13)} ${text}`);
  }
}

/** What stands between backticks as code. */
const withCode = (text: string): Node[] =>
  text.split('`').map((part, place) => {
    const node = place % 2 ? document.createElement('code') : document.createElement('span');
    node.textContent = part;
    return node;
  });

const line = (mark: string, title: string, time: string, detail: string): string =>
  `  ${mark.padEnd(6)}  ${title.padEnd(46)} ${time.padStart(9)}  ${detail}`;

function conclude(shown: HTMLElement, lines: string[]): void {
  const isWell = !lines.some((one) => one.startsWith('  FAILED'));
  shown.querySelector('[data-verdict]')!.textContent = isWell
    ? 'From this browser everything works.'
    : 'From this browser something does not work.';
  const added = ['', '', 'From a browser', ...lines].join('\n');
  const report = document.querySelector('[data-report] code')!;
  report.textContent += added;
  const copy = document.querySelector<HTMLElement>('[data-copy]')!;
  copy.dataset['copy'] += added;
}
