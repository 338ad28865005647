/** The browser's storage, which can be full or forbidden: then nothing is kept, and nothing breaks. */

export interface Store {
  read<T>(key: string): T | null;
  /** False when it could not be kept. */
  write(key: string, value: unknown): boolean;
  remove(key: string): void;
  keys(prefix: string): string[];
}

export function createStore(storage: () => Storage = () => localStorage): Store {
  function attempt<T, O>(action: (storage: Storage) => T, otherwise: O): T | O {
    try {
      return action(storage());
    } catch {
      return otherwise;
    }
  }

  return {
    read: <T>(key: string) => attempt((stored) => JSON.parse(stored.getItem(key) ?? 'null') as T | null, null),
    write: (key, value) => attempt((stored) => (stored.setItem(key, JSON.stringify(value)), true), false),
    remove: (key) => attempt((stored) => stored.removeItem(key), undefined),
    keys: (prefix) => attempt(Object.keys, []).filter((key) => key.startsWith(prefix)),
  };
}
