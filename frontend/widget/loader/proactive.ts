/** Messages that come by themselves, on certain pages and after a while. The rules came with the loader: nothing is asked for before one holds. */
import { signal } from './api.ts';
import { config } from './config.ts';
import { launcher } from './launcher.ts';
import { memory } from './memory.ts';
import { panel } from './stage.ts';

export interface Rule {
  message: string;
  /** An address or a part of one; `*` stands for anything. */
  page: string;
  seconds: number;
  visits: number;
}

/** One for each page that is loaded; who has the chat open is left alone. */
export function watchForRules(show: (message: string) => void): void {
  const { proactive } = config;
  if (!proactive?.length || memory('sessionStorage')) return;
  const visit = countVisit();
  let page = location.href;
  let since = Date.now();
  const timer = setInterval(() => {
    if (page !== location.href) [page, since] = [location.href, Date.now()];
    if (panel.matches('.open')) return clearInterval(timer);
    const rule = proactive.find(({ page: where, seconds, visits }) => visit >= visits && Date.now() - since >= seconds * 1000 && isOn(where));
    if (!rule || launcher.hidden) return;
    clearInterval(timer);
    show(rule.message);
  }, 500);
  signal.addEventListener('abort', () => clearInterval(timer));
}

/** Where the visitor has used the chat before; of others nothing is stored, so each time is their first. */
function countVisit(): number {
  const key = `chatplatform:${config.key}:visits`;
  try {
    if (!memory('localStorage')) return 1;
    const visits = Number(localStorage.getItem(key) ?? 1) + 1;
    localStorage.setItem(key, String(visits));
    return visits;
  } catch {
    return 1;
  }
}

const isOn = (page: string): boolean =>
  RegExp(`^${page.split('*').map((part) => part.replace(/[^\w]/g, '\\$&')).join('.*')}$`).test(page.startsWith('/') ? location.pathname : location.href);
