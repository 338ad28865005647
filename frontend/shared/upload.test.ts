import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import type { ApiError } from './http.ts';
import { upload } from './upload.ts';

/** As much of a browser's request as is used. */
class FakeRequest {
  static last: FakeRequest;
  headers: Record<string, string> = {};
  upload: { onprogress?: (event: { loaded: number; total: number }) => void } = {};
  onload = (): void => undefined;
  onerror = (): void => undefined;
  onabort = (): void => undefined;
  status = 0;
  response: unknown = null;
  opened = '';
  body: FormData | null = null;
  retryAfter: string | null = null;

  constructor() {
    FakeRequest.last = this;
  }
  open(method: string, url: string): void {
    this.opened = `${method} ${url}`;
  }
  setRequestHeader(name: string, value: string): void {
    this.headers[name] = value;
  }
  getResponseHeader = (): string | null => this.retryAfter;
  send(body: FormData): void {
    this.body = body;
  }
  abort(): void {
    this.onabort();
  }
  answer(status: number, response: unknown): void {
    Object.assign(this, { status, response });
    this.onload();
  }
}

let shares: number[];
let controller: AbortController;

beforeEach(() => {
  shares = [];
  controller = new AbortController();
  vi.stubGlobal('XMLHttpRequest', FakeRequest);
});
afterEach(() => void vi.unstubAllGlobals());

function start(name = 'shot.png'): Promise<unknown> {
  const file = new File(['abc'], name);
  const headers = { Authorization: 'Bearer v_1' };
  return upload({ url: '/files/', headers, file, onProgress: (share) => shares.push(share), signal: controller.signal });
}

const failure = (promise: Promise<unknown>): Promise<Partial<ApiError>> =>
  promise.then(
    () => Promise.reject(new Error('It did not fail.')),
    ({ status, code, retryAfter }: ApiError) => ({ status, code, retryAfter }),
  );

test('a file goes with the proof of who sends it, and how much has gone is told', async () => {
  const sent = start();
  const request = FakeRequest.last;
  expect(request.opened).toBe('POST /files/');
  expect(request.headers).toEqual({ Authorization: 'Bearer v_1' });
  expect((request.body!.get('file') as File).name).toBe('shot.png');
  request.upload.onprogress!({ loaded: 1, total: 4 });
  request.upload.onprogress!({ loaded: 0, total: 0 });
  expect(shares).toEqual([0.25, 0]);
  request.answer(201, { id: '1' });
  expect(await sent).toEqual({ id: '1' });
});

test('a pasted picture without a name gets one', () => {
  void start('');
  expect((FakeRequest.last.body!.get('file') as File).name).toBe('image.png');
});

test('a refusal says which, and how long to wait', async () => {
  const sent = failure(start());
  FakeRequest.last.retryAfter = '7';
  FakeRequest.last.answer(429, { error: { code: 'rate_limited', detail: 'Slowly.' } });
  expect(await sent).toEqual({ status: 429, code: 'rate_limited', retryAfter: 7 });
});

test('an answer that is none is an error, too', async () => {
  const sent = failure(start());
  FakeRequest.last.answer(502, null);
  expect(await sent).toMatchObject({ status: 502, code: 'unexpected' });
});

test('a lost connection and a change of mind are told apart', async () => {
  const lost = failure(start());
  FakeRequest.last.onerror();
  expect(await lost).toMatchObject({ status: 0, code: 'offline' });
  const takenBack = failure(start());
  controller.abort();
  expect(await takenBack).toMatchObject({ status: 0, code: 'cancelled' });
});
