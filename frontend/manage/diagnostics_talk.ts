/** Requests and sockets of the diagnostics: once each, without trying again, and whatever goes wrong is a Trouble. */

export type Frame = Record<string, unknown> & { type?: string };
type Names = Record<string, string>;

/** The table of advice, and from what was met to its names (dashboard/diagnostics/browser.py). */
export interface Says {
  made_up: string;
  advice: Record<string, { cause: string; fix: string }>;
  closings: Names;
  statuses: Names;
  refusals: Names;
  verdicts: Names;
  met: Names;
}

export class Trouble extends Error {
  constructor(
    readonly detail: string,
    readonly advice: string,
  ) {
    super(detail);
  }
}

export interface Talk {
  get(path: string, headers: Record<string, string>): Promise<Frame>;
  /** `token`: a visitor's, none for a stranger; null: this person's own session. */
  post(path: string, body: Frame, token?: string | null, keepalive?: boolean): Promise<Frame>;
  open(name: string, path: string, token: string): Promise<void>;
  send(name: string, command: Frame): void;
  /** The first that is told, now or before, and is the one. */
  frame(name: string, isIt: (frame: Frame) => boolean): Promise<Frame>;
  close(): void;
}

interface Line {
  socket: WebSocket;
  told: Frame[];
  /** Called at each frame, and when it is over. */
  stir: () => void;
  over: Trouble | null;
}

const PATIENCE_MS = 5000;
const STEP_MS = 15_000;
const SUBPROTOCOL = 'chat.v1';

/** No step takes for ever, whatever it waits for. */
export const within = <T>(work: Promise<T>): Promise<T> =>
  Promise.race([work, new Promise<T>((_, reject) => setTimeout(() => reject(new Error('no answer in time')), STEP_MS))]);

export function createTalk(says: Says, csrf: string): Talk {
  const lines = new Map<string, Line>();
  const met = (what: string): string => says.met[what]!;

  async function ask(path: string, options: RequestInit): Promise<Frame> {
    let answer: Response;
    try {
      answer = await fetch(`/api/v1/${path}`, { ...options, redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) });
    } catch (error) {
      const isLate = error instanceof DOMException && error.name === 'TimeoutError';
      throw new Trouble(`${path}: ${isLate ? 'no answer in time' : 'not let through'}`, met(isLate ? 'no_answer' : 'blocked'));
    }
    const text = await answer.text().catch(() => '');
    const given = parsed(text);
    if (answer.ok) {
      if (given || !text) return given ?? {};
      throw new Trouble(`${path}: what is answered is not ours`, met('not_ours'));
    }
    throw refused(path, answer, given);
  }

  function refused(path: string, answer: Response, given: Frame | null): Trouble {
    const ours = given?.['error'] as Frame | undefined;
    if (ours) return new Trouble(`the server says ${answer.status}: ${String(ours['detail'])}`, says.refusals[answer.status] ?? met('unknown'));
    const status = answer.type === 'opaqueredirect' ? 302 : answer.status;
    return new Trouble(`${path}: ${status} is answered`, says.statuses[status] ?? met('not_ours'));
  }

  function closed(line: Line, code: number): Trouble {
    const isOpen = line.told.length > 0;
    const word = line.told.find((frame) => frame.type === 'error')?.['detail'];
    const advice = says.closings[code] ?? met(isOpen ? 'cut' : 'no_socket');
    return new Trouble(`closed with ${code}${word ? `: ${String(word)}` : ''}`, advice);
  }

  function frame(name: string, isIt: (frame: Frame) => boolean): Promise<Frame> {
    const line = lines.get(name)!;
    return new Promise((resolve, reject) => {
      const late = setTimeout(() => {
        const isOpen = line.socket.readyState === WebSocket.OPEN;
        reject(new Trouble(`nothing within ${PATIENCE_MS / 1000} s`, met(isOpen ? 'held_back' : 'no_socket')));
      }, PATIENCE_MS);
      line.stir = () => {
        const found = line.told.find(isIt);
        if (!found && !line.over) return;
        clearTimeout(late);
        if (found) resolve(found);
        else reject(line.over!);
      };
      line.stir();
    });
  }

  async function open(name: string, path: string, token: string): Promise<void> {
    const address = `${location.origin.replace(/^http/, 'ws')}${path}`;
    const socket = new WebSocket(address, [SUBPROTOCOL, `token.${token}`]);
    const line: Line = { socket, told: [], stir: () => undefined, over: null };
    lines.set(name, line);
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      line.told.push(parsed(data) ?? {});
      line.stir();
    };
    socket.onclose = ({ code }) => {
      line.over = closed(line, code);
      line.stir();
    };
    await frame(name, (one) => one.type === 'connected');
  }

  return {
    get: (path, headers) => ask(path, { headers }),
    post: (path, body, token = null, keepalive = false) =>
      ask(path, {
        method: 'POST',
        keepalive,
        credentials: token === null ? 'same-origin' : 'omit',
        headers: {
          'Content-Type': 'application/json',
          ...(token === null ? { 'X-CSRFToken': csrf } : {}),
          ...(token ? { Authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify(body),
      }),
    open,
    send: (name, command) => lines.get(name)!.socket.send(JSON.stringify(command)),
    frame,
    close: () => lines.forEach(({ socket }) => socket.close()),
  };
}

function parsed(text: string): Frame | null {
  try {
    const found = JSON.parse(text) as unknown;
    return found && typeof found === 'object' ? (found as Frame) : null;
  } catch {
    return null;
  }
}
