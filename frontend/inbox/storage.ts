/** Storage that lasts at least as long as the page, where the browser's is full or forbidden. */
import { createStore, type Store } from '../shared/storage.ts';

export function createLastingStore(store: Store = createStore()): Store {
  const memory = new Map<string, unknown>();
  return {
    read: <T>(key: string) => (memory.has(key) ? (memory.get(key) as T) : store.read<T>(key)),
    write(key, value) {
      if (store.write(key, value)) memory.delete(key);
      else memory.set(key, value);
      return true;
    },
    remove(key) {
      memory.delete(key);
      store.remove(key);
    },
    keys: (prefix) => [...new Set([...store.keys(prefix), ...[...memory.keys()].filter((key) => key.startsWith(prefix))])],
  };
}
