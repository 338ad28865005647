/**
 * The AI helping to write: a draft, another wording, a summary. It is put where one writes, and nothing is lost by it:
 * what stood there comes back with Undo, and who went on writing meanwhile is not interrupted but asked.
 */
import { signal, type ReadonlySignal, type Signal } from '@preact/signals';

import { ApiError } from '../../shared/http.ts';
import type { Source } from '../../shared/protocol.d.ts';
import { EMPTY, type Composing, type Compositions } from './composing.ts';

export type Way = 'shorter' | 'friendlier' | 'formal' | 'spelling';
export type Kind = 'draft' | 'rewrite' | 'summary';

export interface Suggestion {
  readonly text: string;
  readonly detail: string;
  readonly sources: readonly Source[];
  readonly by: string;
}

export type Help =
  | { readonly state: 'none' }
  | { readonly state: 'asking'; readonly kind: Kind }
  /** In the field; `before` is what stood there. */
  | { readonly state: 'put_in'; readonly kind: Kind; readonly offer: Suggestion; readonly before: Composing }
  /** Beside the field: somebody went on writing, or took it out again. */
  | { readonly state: 'held'; readonly kind: Kind; readonly offer: Suggestion }
  | { readonly state: 'nothing'; readonly kind: Kind; readonly why: string };

export interface Assistance {
  of(conversationId: string): ReadonlySignal<Help>;
  draft(conversationId: string): Promise<void>;
  rewrite(conversationId: string, how: Way): Promise<void>;
  summarise(conversationId: string): Promise<void>;
  cancel(conversationId: string): void;
  undo(conversationId: string): void;
  putIn(conversationId: string): void;
  /** What is offered is not wanted, or what was put in has been sent. */
  dismiss(conversationId: string): void;
}

export interface AssistanceOptions {
  ask: <T>(path: string, body: unknown, signal: AbortSignal) => Promise<T>;
  compositions: Compositions;
}

const NONE: Help = { state: 'none' };
const PATIENCE_MS = 100_000;

export function createAssistance({ ask, compositions }: AssistanceOptions): Assistance {
  const known = new Map<string, Signal<Help>>();
  const underway = new Map<string, AbortController>();

  function of(id: string): Signal<Help> {
    let one = known.get(id);
    if (!one) known.set(id, (one = signal<Help>(NONE)));
    return one;
  }

  async function get(id: string, kind: Kind, path: string, body: unknown): Promise<void> {
    underway.get(id)?.abort();
    const asked = new AbortController();
    underway.set(id, asked);
    const written = compositions.of(id).peek();
    of(id).value = { state: 'asking', kind };
    const late = setTimeout(() => asked.abort(), PATIENCE_MS);
    try {
      const offer = await ask<Suggestion>(`conversations/${id}/${path}/`, body, asked.signal);
      if (underway.get(id) !== asked) return;
      if (!offer.text) of(id).value = { state: 'nothing', kind, why: offer.detail };
      else if (isSame(written, compositions.of(id).peek())) put(id, kind, offer);
      else of(id).value = { state: 'held', kind, offer };
    } catch (error) {
      if (underway.get(id) === asked) of(id).value = { state: 'nothing', kind, why: said(error) };
    } finally {
      clearTimeout(late);
      if (underway.get(id) === asked) underway.delete(id);
    }
  }

  function put(id: string, kind: Kind, offer: Suggestion): void {
    const before = compositions.of(id).peek();
    const isNote = kind === 'summary' || (kind === 'rewrite' && before.mode === 'note');
    compositions.write(id, isNote ? { mode: 'note', note: offer.text } : { mode: 'reply', reply: offer.text });
    of(id).value = { state: 'put_in', kind, offer, before };
  }

  async function rewrite(id: string, how: Way): Promise<void> {
    const { mode, reply, note } = compositions.of(id).peek();
    const text = (mode === 'note' ? note : reply).trim();
    if (text) await get(id, 'rewrite', 'rewrite', { text, how });
    else of(id).value = { state: 'nothing', kind: 'rewrite', why: 'Write something first.' };
  }

  function undo(id: string): void {
    const help = of(id).peek();
    if (help.state !== 'put_in') return;
    const now = compositions.of(id).peek();
    const text = help.kind === 'summary' || now.mode === 'note' ? now.note : now.reply;
    compositions.write(id, help.before);
    // As it stands now: it may have been worked on since.
    of(id).value = text.trim() ? { state: 'held', kind: help.kind, offer: { ...help.offer, text } } : NONE;
  }

  function putIn(id: string): void {
    const help = of(id).peek();
    if (help.state === 'held') put(id, help.kind, help.offer);
  }

  function stop(id: string): void {
    underway.get(id)?.abort();
    underway.delete(id);
    of(id).value = NONE;
  }

  return {
    of,
    draft: (id) => get(id, 'draft', 'draft', {}),
    rewrite,
    summarise: (id) => get(id, 'summary', 'summary', {}),
    cancel: stop,
    undo,
    putIn,
    dismiss: stop,
  };
}

function isSame(one: Composing = EMPTY, other: Composing = EMPTY): boolean {
  return one.mode === other.mode && one.reply === other.reply && one.note === other.note;
}

function said(error: unknown): string {
  if (!(error instanceof ApiError)) return String(error);
  if (error.code === 'rate_limited') return `The AI was asked very often. Try again in ${error.retryAfter ?? 60} s.`;
  if (error.status === 0) return 'The server could not be reached.';
  return error.detail || error.code;
}
