/** What the loader (on the customer's page) and the frame (on our origin) say to each other. Only types: costs no bytes. */

export type ColorScheme = 'light' | 'dark' | 'auto';

export interface Page {
  url: string;
  title: string;
  referrer: string;
}

/** The one window message; from then on everything goes through the port that comes with it. */
export interface Init {
  chatplatform: 1;
  handle: string | null;
  page: Page;
  colorScheme: ColorScheme;
  /** What was asked for before the frame was there. */
  calls: Call[];
}

export type CallName =
  | 'identify'
  | 'setCustomAttributes'
  | 'setConversationCustomAttributes'
  | 'prefill'
  | 'sendMessage'
  | 'requestHuman'
  | 'consent'
  | 'reset';

export interface Call {
  type: 'call';
  id: number;
  name: CallName;
  args: unknown[];
}

export type ToFrame =
  | { type: 'open'; isOpen: boolean; focus: boolean }
  | { type: 'scheme'; scheme: ColorScheme }
  /** The page has become another one without being loaded anew. */
  | { type: 'page'; page: Page }
  | Call;

/** DOM events the customer's page may listen to. None carries what was said. */
export type EventName = 'message' | 'conversation-started' | 'handoff' | 'error';

export type ToLoader =
  | { type: 'ready' }
  | { type: 'close' }
  /** The label is the count in words, in the visitor's language. */
  | { type: 'unread'; count: number; label: string }
  | { type: 'keep'; handle: string | null }
  | { type: 'event'; name: EventName; detail: unknown }
  /** How a call ended; the value of a failed one is the reason. */
  | { type: 'result'; id: number; ok: boolean; value: unknown };
