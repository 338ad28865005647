import { afterEach, expect, test, vi } from 'vitest';

import type { Boot } from './boot.ts';
import { createSession } from './session.ts';

afterEach(() => vi.unstubAllGlobals());

test('an answer from before the log-in expired does not say that it holds, one from after it does', async () => {
  const waiting: ((answer: Response) => void)[] = [];
  vi.stubGlobal('fetch', () => new Promise<Response>((resolve) => waiting.push(resolve)));
  const session = createSession({ csrf: '', csrf_cookie: 'csrf' } as Boot);
  const early = session.api.get('conversations/');
  const refused = session.api.get('labels/').catch(() => undefined);
  waiting[1]!(new Response('{}', { status: 401 }));
  await refused;
  waiting[0]!(new Response('{}'));
  await early;
  expect(session.ended.value).toBe(true);
  const later = session.api.get('conversations/');
  waiting[2]!(new Response('{}'));
  await later;
  expect(session.ended.value).toBe(false);
});
