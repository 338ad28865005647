/** Instead of the chat: that it cannot be reached, where to write, and a way to try again. */
import type { Core } from './core.ts';
import { element } from './element.ts';
import { words } from './words.ts';

export function apologise({ config, panel, unmount, inLanguage }: Core, onRetry: () => void): void {
  const { mail } = config;
  const [, retry, unreachable, writeTo] = inLanguage(words);
  unmount();
  const again = element('button', { class: 'retry' }, retry);
  again.onclick = onRetry;
  const link = mail ? element('a', { href: `mailto:${mail}` }, mail) : '';
  panel.replaceChildren(
    element('div', { class: 'apology', role: 'alert', dir: 'auto' }, element('p', {}, mail ? writeTo : unreachable, ' ', link), again),
  );
}
