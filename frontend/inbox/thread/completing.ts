/** What the composer offers while one writes: canned replies after a "/", colleagues after an "@" in a note. */

export interface Wish {
  readonly kind: 'canned' | 'mention';
  /** What was written after the sign. */
  readonly text: string;
  /** Where the sign stands. */
  readonly start: number;
}

export interface Talkers {
  readonly visitor: { readonly name: string; readonly email: string };
  readonly agent: string;
  readonly website: string;
  readonly conversationId: string;
}

/** A "/" begins a canned reply at the start of a line only: it stands in addresses and dates as well. */
export function wishAt(text: string, caret: number, isNote: boolean): Wish | null {
  const before = text.slice(0, caret);
  const canned = /(?:^|\n)\/([\w-]*)$/.exec(before);
  if (canned) return { kind: 'canned', text: canned[1]!, start: caret - canned[1]!.length - 1 };
  const mention = isNote ? /(?:^|[\s(])@([^\s@][^@\n]{0,30})?$/.exec(before) : null;
  if (!mention) return null;
  const name = mention[1] ?? '';
  return { kind: 'mention', text: name, start: caret - name.length - 1 };
}

/** The text with the wish granted, and where the caret stands then. */
export function granted(text: string, caret: number, wish: Wish, put: string): { text: string; caret: number } {
  const head = text.slice(0, wish.start) + put;
  return { text: head + text.slice(caret), caret: head.length };
}

/** `{{visitor.name|there}}`: what is not known gives what stands after the bar. Unknown variables stay, to be seen. */
export function fillIn(content: string, talkers: Talkers): string {
  const values: Record<string, string> = {
    'visitor.name': talkers.visitor.name,
    'visitor.first_name': talkers.visitor.name.split(/\s+/)[0] ?? '',
    'visitor.email': talkers.visitor.email,
    'agent.name': talkers.agent,
    'website.name': talkers.website,
    'conversation.id': talkers.conversationId,
  };
  return content.replace(/\{\{\s*([\w.]+)\s*(?:\|([^{}]*))?\}\}/g, (whole, name: string, otherwise?: string) =>
    name in values ? values[name] || (otherwise ?? '').trim() : whole,
  );
}

/** Names that begin so first, then those in which a later word does. */
export function matching<T>(all: readonly T[], text: string, nameOf: (one: T) => string): T[] {
  const wanted = text.toLocaleLowerCase();
  const rank = (one: T): number => {
    const name = nameOf(one).toLocaleLowerCase();
    if (name.startsWith(wanted)) return 0;
    return new RegExp(`[\\s_-]${escaped(wanted)}`).test(name) ? 1 : 2;
  };
  return all.filter((one) => rank(one) < 2).sort((a, b) => rank(a) - rank(b));
}

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
