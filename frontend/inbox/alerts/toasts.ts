/** Short messages at the edge of the screen. Errors stay until somebody closes them; the rest leaves by itself. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface ToastAction {
  readonly label: string;
  readonly run: () => void;
}

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
  readonly detail: string;
  readonly action: ToastAction | null;
}

export interface ToastWish {
  kind?: Toast['kind'];
  text: string;
  detail?: string;
  action?: ToastAction;
  /** A later toast about the same subject takes the place of the earlier one. */
  subject?: string;
}

export interface Toasts {
  readonly list: ReadonlySignal<readonly Toast[]>;
  show(wish: ToastWish): number;
  error(text: string, detail?: string, action?: ToastAction): void;
  close(id: number): void;
  /** While somebody points at a toast it does not vanish under them. */
  hold(held: boolean): void;
}

const LIFE_MS = 6000;
const MOST = 4;

export function createToasts(): Toasts {
  const list = signal<readonly Toast[]>([]);
  const subjects = new Map<number, string>();
  const timers = new Map<number, ReturnType<typeof setTimeout>>();
  let last = 0;

  function show(wish: ToastWish): number {
    const id = ++last;
    const kind = wish.kind ?? 'info';
    if (wish.subject) replace(wish.subject);
    if (wish.subject) subjects.set(id, wish.subject);
    const toast: Toast = { id, kind, text: wish.text, detail: wish.detail ?? '', action: wish.action ?? null };
    list.value = [...list.peek(), toast];
    makeRoom();
    if (kind === 'info') expire(id);
    return id;
  }

  function replace(subject: string): void {
    for (const [id, known] of subjects) if (known === subject) close(id);
  }

  /** The oldest notice makes room; errors are kept as long as there is a notice to drop instead. */
  function makeRoom(): void {
    while (list.peek().length > MOST) {
      const victim = list.peek().find((toast) => toast.kind === 'info') ?? list.peek()[0];
      if (victim) close(victim.id);
    }
  }

  function expire(id: number): void {
    clearTimeout(timers.get(id));
    timers.set(id, setTimeout(() => close(id), LIFE_MS));
  }

  function close(id: number): void {
    clearTimeout(timers.get(id));
    timers.delete(id);
    subjects.delete(id);
    list.value = list.peek().filter((toast) => toast.id !== id);
  }

  function hold(held: boolean): void {
    for (const toast of list.peek()) {
      if (toast.kind !== 'info') continue;
      if (held) clearTimeout(timers.get(toast.id));
      else expire(toast.id);
    }
  }

  return {
    list,
    show,
    error: (text, detail, action) => void show({ kind: 'error', text, subject: `error:${text}`, ...(detail ? { detail } : {}), ...(action ? { action } : {}) }),
    close,
    hold,
  };
}
