/** Which conversation the address names. Every conversation has a real address that can be shared and reloaded. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Route {
  readonly selected: ReadonlySignal<string | null>;
  select(id: string | null): void;
  stop(): void;
}

const HOME = '/live-chat/';

export const addressOf = (id: string | null): string => (id ? `${HOME}${id}/` : HOME);

export function createRoute(): Route {
  const selected = signal(idIn(location.pathname));
  const follow = (): void => void (selected.value = idIn(location.pathname));
  addEventListener('popstate', follow);
  return {
    selected,
    select(id) {
      if (id === selected.peek()) return;
      history.pushState(null, '', addressOf(id) + location.search);
      selected.value = id;
    },
    stop: () => removeEventListener('popstate', follow),
  };
}

export function idIn(path: string): string | null {
  const found = /^\/live-chat\/([0-9a-f-]{36})\/?$/i.exec(path);
  return found?.[1]?.toLowerCase() ?? null;
}
