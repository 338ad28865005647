import { expect, test } from 'vitest';

import type { Api } from '../../shared/http.ts';
import { id } from '../fixtures.ts';
import { createThumbs, type Given } from './thumbs.ts';

function server(answers: (Given | Error)[]) {
  const asked: string[] = [];
  const get = (path: string): Promise<unknown> => {
    asked.push(path);
    const next = answers.shift()!;
    return next instanceof Error ? Promise.reject(next) : Promise.resolve({ thumbs: next });
  };
  return { asked, thumbs: createThumbs({ get } as unknown as Api) };
}

const turn = (): Promise<void> => new Promise((done) => setTimeout(done));

test('thumbs are fetched once, and again when something changed', async () => {
  const { asked, thumbs } = server([{ a: true }, { a: false }]);
  thumbs.of(id(1));
  thumbs.of(id(1));
  await turn();
  expect(thumbs.of(id(1)).value).toEqual({ a: true });
  thumbs.hear(id(1));
  await turn();
  expect(thumbs.of(id(1)).value).toEqual({ a: false });
  expect(asked).toEqual([`conversations/${id(1)}/thumbs/`, `conversations/${id(1)}/thumbs/`]);
});

test('of a conversation that nobody looks at nothing is asked', () => {
  const { asked, thumbs } = server([]);
  thumbs.hear(id(1));
  expect(asked).toEqual([]);
});

test('a server that is away is asked again at the next look', async () => {
  const { asked, thumbs } = server([new Error('away'), { a: true }]);
  thumbs.of(id(1));
  await turn();
  thumbs.of(id(1));
  await turn();
  expect(thumbs.of(id(1)).value).toEqual({ a: true });
  expect(asked).toHaveLength(2);
});
