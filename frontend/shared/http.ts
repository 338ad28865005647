/** REST calls with one error type. Who calls says how it proves itself: a bearer token (visitor) or the CSRF token (staff). */

export interface ApiOptions {
  base?: string;
  bearer?: () => string | null;
  csrf?: () => string | null;
  timeoutMs?: number;
  /** When the server answered, by its own clock: milliseconds since 1970, not a number where it does not say. */
  onDate?: (moment: number) => void;
}

export interface Api {
  get<T>(path: string, query?: Query): Promise<T>;
  post<T>(path: string, body?: unknown): Promise<T>;
  patch<T>(path: string, body: unknown): Promise<T>;
  delete<T>(path: string): Promise<T>;
  /** What proves who asks, for requests of another kind than these. */
  headers(): Record<string, string>;
}

export type Query = Record<string, string | number | boolean | null | undefined>;

/** `code` is the server's, or `offline`, `timeout`, `unexpected` where no answer of ours came back. `retryAfter` in seconds. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    readonly status: number,
    readonly code: string,
    readonly detail: string,
    readonly retryAfter: number | null = null,
    readonly fields?: Record<string, string[]>,
    /** Of a `conflict`: the conversation that is open instead. */
    readonly conversationId?: string,
  ) {
    super(`${status} ${code}: ${detail}`);
  }

  /** The same request may succeed later without anybody changing anything. */
  get isTemporary(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

export function createApi(options: ApiOptions = {}): Api {
  const base = options.base ?? '/api/v1/';

  async function call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const response = await reach(base + path, {
      method,
      headers: headers(options, method, body !== undefined),
      body: body === undefined ? undefined : JSON.stringify(body),
      // A bearer needs no cookies, and without them nobody can ride on them.
      credentials: options.bearer ? 'omit' : 'same-origin',
      signal: AbortSignal.timeout(options.timeoutMs ?? 15_000),
    });
    options.onDate?.(Date.parse(response.headers.get('Date') ?? ''));
    if (!response.ok) throw await refusal(response);
    return (response.status === 204 ? undefined : await decoded(response)) as T;
  }

  return {
    get: (path, query) => call('GET', path + search(query)),
    post: (path, body) => call('POST', path, body ?? {}),
    patch: (path, body) => call('PATCH', path, body),
    delete: (path) => call('DELETE', path),
    headers: () => headers(options, 'POST', false),
  };
}

/** A call that may take long, and that its asker can take back by `signal`; what was taken back fails as `offline`. */
export async function postPatiently<T>(options: ApiOptions, path: string, body: unknown, signal: AbortSignal): Promise<T> {
  const response = await reach((options.base ?? '/api/v1/') + path, {
    method: 'POST',
    headers: headers(options, 'POST', true),
    body: JSON.stringify(body),
    credentials: 'same-origin',
    signal,
  });
  if (!response.ok) throw await refusal(response);
  return (await decoded(response)) as T;
}

/** The CSRF token Django keeps in a cookie of the given name. */
export function cookie(name: string): string | null {
  const found = document.cookie.split('; ').find((pair) => pair.startsWith(`${name}=`));
  return found ? decodeURIComponent(found.slice(name.length + 1)) : null;
}

function headers(options: ApiOptions, method: string, hasBody: boolean): Record<string, string> {
  const result: Record<string, string> = { Accept: 'application/json' };
  if (hasBody) result['Content-Type'] = 'application/json';
  const bearer = options.bearer?.();
  if (bearer) result['Authorization'] = `Bearer ${bearer}`;
  const csrf = method === 'GET' ? null : options.csrf?.();
  if (csrf) result['X-CSRFToken'] = csrf;
  return result;
}

function search(query: Query | undefined): string {
  const wanted = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== null) wanted.set(name, String(value));
  }
  const text = wanted.toString();
  return text ? `?${text}` : '';
}

async function reach(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    const timedOut = error instanceof DOMException && error.name === 'TimeoutError';
    throw new ApiError(0, timedOut ? 'timeout' : 'offline', String(error));
  }
}

async function decoded(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch {
    throw new ApiError(response.status, 'unexpected', 'The answer was not JSON.');
  }
}

async function refusal(response: Response): Promise<ApiError> {
  const retryAfter = seconds(response.headers.get('Retry-After'));
  const body = (await response.json().catch(() => null)) as { error?: Refusal } | null;
  const error = body?.error;
  if (!error?.code) return new ApiError(response.status, 'unexpected', response.statusText, retryAfter);
  return new ApiError(response.status, error.code, error.detail ?? '', retryAfter, error.fields, error.conversation_id);
}

interface Refusal {
  code?: string;
  detail?: string;
  fields?: Record<string, string[]>;
  conversation_id?: string;
}

/** Retry-After is a number of seconds or an HTTP date. */
export function seconds(header: string | null, now: number = Date.now()): number | null {
  if (!header) return null;
  if (/^\d+$/.test(header)) return Number(header);
  const at = Date.parse(header);
  return Number.isNaN(at) ? null : Math.max(0, Math.ceil((at - now) / 1000));
}
