/** What the server wrote into the page (widget/pages/frame.py). */
import type { Message } from '../../shared/protocol.d.ts';
import { createTexts, type Dictionary } from '../../shared/texts.ts';
import { setNow } from './now.ts';
import type { Question, Session } from './visitor.ts';

export interface Boot {
  readonly key: string;
  readonly name: string;
  /** The website's own; empty where there is none. */
  readonly picture: string;
  readonly language: string;
  readonly colours: {
    readonly fill: string;
    readonly onFill: string;
    readonly accentOnLight: string;
    readonly accentOnDark: string;
  };
  readonly greeting: string;
  readonly intro: string;
  readonly chips: readonly string[];
  readonly mail: string;
  /** The name of the AI assistant; null where people answer alone. */
  readonly assistant: string | null;
  readonly maxLength: number;
  readonly upload: { readonly max_bytes: number; readonly max_files: number; readonly accept: string };
  /** Whether e-mail can be sent at all. */
  readonly mails: boolean;
  /** When the website's hours begin again, if they are over. */
  readonly backAt: string | null;
  readonly faces: boolean;
  readonly emoji: boolean;
  readonly consent: { readonly text: string; readonly link: string; readonly link_text: string } | null;
  /** What who comes for the first time is asked before they write, and whether somebody is there: as a session would say. */
  readonly asks: readonly Question[];
  readonly available: boolean;
  readonly formIntro: string;
  /** What the first form asks, where it is said in this language, by the key of the question. */
  readonly labels: Readonly<Record<string, string>>;
  readonly away: string;
  /** The question; empty for ours, null where no rating is asked for. */
  readonly rating: string | null;
  readonly transcript: boolean;
  readonly texts: Dictionary;
  /** When the page was made, in milliseconds. */
  readonly now: number;
  /** On the owner's page: what a session would answer, in place of one. */
  readonly preview?: Session;
}

export const boot = JSON.parse(document.getElementById('boot')!.textContent!) as Boot;
export const text = createTexts(boot.texts, boot.language);
/** Who an answer is by, where its author has no name of their own. */
export const speakerOf = (message: Pick<Message, 'author' | 'is_manual'>): string =>
  message.author?.name || (message.is_manual ? boot.name : assistantName());

export const assistantName = (): string => boot.assistant ?? text('assistant');

setNow(boot.now);
