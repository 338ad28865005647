/** The browser's storage, which can be full or forbidden: then things last as long as the page. */

export interface Store {
  read<T>(key: string): T | null;
  write(key: string, value: unknown): void;
  remove(key: string): void;
  keys(prefix: string): string[];
}

export function createStore(storage: () => Storage = () => localStorage): Store {
  const memory = new Map<string, string>();

  function attempt<T>(action: (storage: Storage) => T, otherwise: () => T): T {
    try {
      return action(storage());
    } catch {
      return otherwise();
    }
  }

  return {
    read<T>(key: string): T | null {
      const text = memory.get(key) ?? attempt((stored) => stored.getItem(key), () => null);
      return text === null ? null : decoded<T>(text);
    },
    write(key, value) {
      const text = JSON.stringify(value);
      memory.delete(key);
      attempt((stored) => stored.setItem(key, text), () => void memory.set(key, text));
    },
    remove(key) {
      memory.delete(key);
      attempt((stored) => stored.removeItem(key), () => undefined);
    },
    keys(prefix) {
      const stored = attempt((storage) => Object.keys(storage), () => []);
      return [...new Set([...stored, ...memory.keys()])].filter((key) => key.startsWith(prefix));
    },
  };
}

function decoded<T>(text: string): T | null {
  try {
    return JSON.parse(text) as T;
  } catch {
    return null;
  }
}
