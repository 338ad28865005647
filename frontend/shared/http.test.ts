import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { ApiError, createApi, seconds } from './http.ts';

let calls: { url: string; init: RequestInit }[];
let answer: () => Response | Promise<Response>;

beforeEach(() => {
  calls = [];
  vi.stubGlobal('fetch', (url: string, init: RequestInit) => {
    calls.push({ url, init });
    return Promise.resolve(answer());
  });
});

afterEach(() => void vi.unstubAllGlobals());

const json = (body: unknown, init: ResponseInit = {}): Response => new Response(JSON.stringify(body), init);
const failureOf = async (promise: Promise<unknown>): Promise<ApiError> =>
  promise.then(
    () => Promise.reject(new Error('It did not fail.')),
    (error: unknown) => error as ApiError,
  );

test('a visitor is known by the token alone, cookies stay at home', async () => {
  answer = () => json({ ok: true });
  await createApi({ bearer: () => 'v_1' }).post('widget/conversations/', { client_id: 'c' });
  const [{ url, init }] = calls as [(typeof calls)[0]];
  expect(url).toBe('/api/v1/widget/conversations/');
  expect(init.credentials).toBe('omit');
  expect(init.headers).toMatchObject({ Authorization: 'Bearer v_1' });
});

test('staff prove themselves by the CSRF token, but not when they only read', async () => {
  answer = () => json({});
  const api = createApi({ csrf: () => 'token' });
  await api.get('conversations/', { status: 'open', label: null, q: undefined });
  await api.patch('conversations/1/', { status: 'resolved' });
  expect(calls.map(({ url }) => url)).toEqual(['/api/v1/conversations/?status=open', '/api/v1/conversations/1/']);
  expect(calls.map(({ init }) => (init.headers as Record<string, string>)['X-CSRFToken'])).toEqual([undefined, 'token']);
});

test('an empty answer is no broken one', async () => {
  answer = () => new Response(null, { status: 204 });
  expect(await createApi().delete('conversations/1/')).toBeUndefined();
});

test('a refusal carries its code, its words, its fields and when to come back', async () => {
  const body = { error: { code: 'rate_limited', detail: 'Slow down.', fields: { content: ['no'] } } };
  answer = () => json(body, { status: 429, headers: { 'Retry-After': '7' } });
  const error = await failureOf(createApi().post('x/'));
  expect(error).toMatchObject({ status: 429, code: 'rate_limited', detail: 'Slow down.', retryAfter: 7 });
  expect(error.fields).toEqual({ content: ['no'] });
  expect(error.isTemporary).toBe(true);
});

test('what is no answer of ours has a code as well', async () => {
  answer = () => new Response('<h1>Bad gateway</h1>', { status: 502 });
  expect(await failureOf(createApi().get('x/'))).toMatchObject({ code: 'unexpected', isTemporary: true });
  answer = () => new Response('<h1>Welcome to the hotel</h1>');
  expect(await failureOf(createApi().get('x/'))).toMatchObject({ code: 'unexpected' });
  answer = () => Promise.reject(new TypeError('Failed to fetch'));
  expect(await failureOf(createApi().get('x/'))).toMatchObject({ status: 0, code: 'offline', isTemporary: true });
  answer = () => Promise.reject(new DOMException('', 'TimeoutError'));
  expect(await failureOf(createApi().get('x/'))).toMatchObject({ status: 0, code: 'timeout' });
});

test('a forbidden thing will not become allowed by asking again', async () => {
  answer = () => json({ error: { code: 'forbidden', detail: '' } }, { status: 403 });
  expect((await failureOf(createApi().get('x/'))).isTemporary).toBe(false);
});

test('Retry-After may be a date', () => {
  const now = Date.parse('2026-03-01T12:00:00Z');
  expect(seconds('Sun, 01 Mar 2026 12:00:30 GMT', now)).toBe(30);
  expect(seconds('Sun, 01 Mar 2026 11:00:00 GMT', now)).toBe(0);
  expect(seconds('soon', now)).toBeNull();
});
