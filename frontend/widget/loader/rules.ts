/**
 * Messages that come by themselves, on certain pages and after a while. The script of websites that have some, fetched when
 * the page is idle; the rules are written into it by widget/pages/loader.py.
 */
import type { Core } from './core.ts';
import { tease } from './teaser.ts';

export interface Rule {
  message: string;
  /** An address or a part of one; `*` stands for anything. */
  page: string;
  seconds: number;
  visits: number;
  /** In other languages than the website's own. */
  said?: Record<string, string>;
}

interface Given {
  rules: readonly Rule[];
  /** "Close", by language. */
  dismiss: Record<string, string>;
}

declare const __RULES__: Given;

/** Longer than that without a page of this website, and the next one is another visit. */
const PAUSE_MS = 30 * 60_000;
const { rules, dismiss } = __RULES__;

/** One for each page that is loaded; who has the chat open is left alone. */
export function watch(core: Core, open: () => void): void {
  const { config, launcher, memory, inLanguage, leaving } = core;
  const { signal } = leaving;
  if (signal.aborted) return;
  const visit = countVisits(core);
  if (memory('sessionStorage')) return;
  let page = location.href;
  let since = Date.now();
  const timer = setInterval(() => {
    if (page !== location.href) [page, since] = [location.href, Date.now()];
    if (launcher.ariaExpanded === 'true') return clearInterval(timer);
    const shown = rules.find((rule) => isDue(rule) && !over().includes(rule.message));
    if (!shown || launcher.hidden) return;
    clearInterval(timer);
    const said = inLanguage({ [config.language]: shown.message, ...shown.said });
    tease(core, said, inLanguage(dismiss), open, () => end(shown.message));
  }, 500);
  signal.addEventListener('abort', () => clearInterval(timer));

  const isDue = ({ page, seconds, visits }: Rule): boolean => visit >= visits && Date.now() - since >= seconds * 1000 && isOn(page);

  /** What was sent away, or has led into the chat, does not come back. */
  function end(message: string): void {
    // Who has not agreed yet is not noted down; to send a message away is no consent.
    if ((!config.asks || memory('localStorage')) && !over().includes(message)) memory('localStorage', JSON.stringify([...over(), message]), ':over');
  }

  function over(): string[] {
    try {
      return JSON.parse(memory('localStorage', undefined, ':over') ?? '[]') as string[];
    } catch {
      return []; // Somebody else's.
    }
  }
}

/**
 * Where the visitor has used the chat before; of others nothing is stored, so each time is their first. A visit begins with
 * a tab, and anew after a pause: its pages are one.
 */
function countVisits({ memory, leaving: { signal } }: Core): number {
  const isKnown = (): boolean => !!memory('localStorage');
  const [count, last] = (memory('localStorage', undefined, ':visits') ?? '1 0').split(' ').map(Number) as [number, number];
  const isNew = isKnown() && (!memory('sessionStorage', undefined, ':visits') || Date.now() - last > PAUSE_MS);
  const visit = isNew ? count + 1 : count;
  const note = (): void => {
    if (!isKnown()) return;
    memory('localStorage', `${visit} ${Date.now()}`, ':visits');
    memory('sessionStorage', '1', ':visits');
  };
  note();
  addEventListener('pagehide', note, { signal }); // By then they may have become known.
  return visit;
}

const isOn = (page: string): boolean =>
  RegExp(`^${page.split('*').map((part) => part.replace(/[^\w]/g, '\\$&')).join('.*')}$`).test(page.startsWith('/') ? location.pathname : location.href);
