// @vitest-environment happy-dom
import { createElement, render } from 'preact';
import { expect, test } from 'vitest';

import { isHarmless } from './links.ts';
import { createMarkdown } from './md.ts';

const markdown = createMarkdown({ h: createElement, isHarmless });

function shown(source: string): HTMLElement {
  const place = document.createElement('div');
  render(markdown(source), place);
  return place;
}

test('an answer looks like what its author meant', () => {
  const place = shown('Within **30 days**:\n\n1. Open *orders*\n2. Print\n\n| a | b |\n|---|---|\n| 1 | 2 |');
  expect(place.querySelector('strong')?.textContent).toBe('30 days');
  expect(place.querySelectorAll('ol > li').length).toBe(2);
  expect(place.querySelectorAll('td').length).toBe(2);
});

test('HTML is shown as the text it is', () => {
  const place = shown('Hi <img src=x onerror=alert(1)> <b>you</b>\n\n<script>alert(2)</script>');
  expect(place.querySelector('img, b, script')).toBeNull();
  expect(place.textContent).toContain('<img src=x onerror=alert(1)>');
  expect(place.textContent).toContain('<script>alert(2)</script>');
});

test.each(['javascript:alert(1)', 'JaVaScRiPt:alert(1)', 'data:text/html,x', 'vbscript:x', '//evil.test', ' javascript:x'])(
  'a link to %s leads nowhere',
  (href) => {
    expect(shown(`[x](<${href}>)`).querySelector('a')).toBeNull();
  },
);

test('a harmless link opens elsewhere and takes nothing along', () => {
  const link = shown('[orders](https://shop.test/orders?a=1&b=2)').querySelector('a');
  expect(link?.getAttribute('href')).toBe('https://shop.test/orders?a=1&b=2');
  expect(link?.rel).toBe('noopener noreferrer nofollow');
  expect(link?.target).toBe('_blank');
});

test('a remote image is only ever a link, so that its address cannot carry the conversation out', () => {
  const place = shown('![cat](https://evil.test/?q=secret)');
  expect(place.querySelector('img')).toBeNull();
  expect(place.querySelector('a')?.textContent).toBe('cat');
});

test('nothing that was written is swallowed', () => {
  const odd = '[ref]: https://a.test\n\n- [ ] task\n\n&amp; & &lt;b&gt; `&lt;` \\*star\\* ~~gone~~\n\n---\n\n> said';
  const text = shown(odd).textContent ?? '';
  for (const part of ['[ref]: https://a.test', 'task', '& & <b>', '&lt;', '*star*', 'gone', 'said']) expect(text).toContain(part);
});

test('half of an answer is shown while the rest is on its way', () => {
  const answer = 'Use the **form**:\n\n```js\nlet a = 1;\n```\n\n| a | b |\n|---|---|\n| [x](https://a.test) | `y` |';
  for (let end = 0; end <= answer.length; end++) expect(() => shown(answer.slice(0, end))).not.toThrow();
});
