/** Who the visitor is to us: a token in the frame's own storage, and a handle the loader keeps where that storage is not kept. */
import { signal, type ReadonlySignal } from '@preact/signals';

import { type Api, ApiError, createApi } from '../../shared/http.ts';
import type { Message, VisitorConversation } from '../../shared/protocol.d.ts';
import type { Store } from '../../shared/storage.ts';
import type { Page } from '../port.ts';

export interface Session {
  visitor_token: string;
  resume_handle: string | null;
  conversation: VisitorConversation | null;
  /** In a preview: what was said, in place of asking for it. */
  entries?: Message[];
  asks?: readonly Question[];
  widget?: { available: boolean };
}

/** A field of the form before the first message. */
export interface Question {
  key: string;
  label: string;
  kind: 'text' | 'email' | 'tel' | 'textarea' | 'select';
  required: boolean;
  options: readonly string[];
}

export interface Identity {
  user_id: string;
  hash?: string;
  jwt?: string;
  name?: string;
  email?: string;
  attributes?: Record<string, unknown>;
}

export interface Visitor {
  readonly api: Api;
  /** We have met before, so there may be something to show. */
  isKnown(): boolean;
  /** A session call; unknown tokens and handles make a new visitor, never an error. */
  begin(): Promise<Session>;
  found(handle: string | null, page: Page): void;
  /** The page has become another one; told with the next session call, or with one of its own where there is a session. */
  seenOn(page: Page): void;
  /** Settles with the next session call: rejected when the proof was not accepted; the visitor stays nobody in particular then. */
  identify(identity: Identity): Promise<void>;
  addAttributes(attributes: Facts): Promise<void>;
  consent(given: boolean): void;
  /** Taken back: the server forgets what it noted, and we who we were. It is asked for anew where it was. */
  withdraw(): Promise<void>;
  /** Nothing is stored before they agree. */
  readonly needsConsent: ReadonlySignal<boolean>;
  /** The token no longer opens anything. */
  distrust(): void;
  /** Become who another tab says we are; false when it says nothing new. */
  followTab(): boolean;
  /** Log-out on the customer's page: nobody in particular from here on. */
  forget(): void;
}

export interface VisitorOptions {
  websiteKey: string;
  /** In which the system speaks to them. */
  locale: string;
  store: Store;
  /** The loader keeps the handle on the customer's page. */
  keepHandle: (handle: string | null) => void;
  asksConsent?: boolean;
  /** In place of any session. */
  preview?: Session | undefined;
}

/** Kept by the loader in place of a handle where there is none: somebody has been here. */
const KNOWN = '-';
/** A page that changes with every click is told at this pace. */
const PAGES_MS = 10_000;

export function createVisitor({ websiteKey, locale, store, keepHandle, asksConsent, preview }: VisitorOptions): Visitor {
  const storageKey = `chatplatform:${websiteKey}`;
  let token = store.read<string>(storageKey);
  let handle: string | null = null;
  let page: Page | null = null;
  let claim: Claim | null = null;
  let attributes: Facts | null = null;
  let consent: boolean | null = null;
  let isBegun = false;
  let era = 0; // An answer for who the visitor was a moment ago is none any more.
  let pageTold = 0;
  let pageTimer: ReturnType<typeof setTimeout> | undefined;
  const api = createApi({ bearer: () => token });

  const needsConsent = signal(!!asksConsent && token === null);
  let resolve = (): void => undefined;
  let agreement = needsConsent.peek() ? waitForIt() : undefined;

  function waitForIt(): Promise<void> {
    return new Promise((done) => (resolve = done));
  }

  function agreed(): void {
    needsConsent.value = false;
    resolve();
  }

  async function begin(): Promise<Session> {
    await agreement;
    if (preview) return preview;
    const asked = claim;
    try {
      const session = await open(asked?.identity);
      asked?.settle();
      return session;
    } catch (error) {
      if (!asked || !(error instanceof ApiError) || error.isTemporary) throw error;
      // It may be the proof. Without it they stay who they were.
      const session = await open();
      if (claim === asked) claim = null;
      asked.settle(`identify was refused: ${error.detail || error.code}`);
      return session;
    }
  }

  async function open(identity?: Identity): Promise<Session> {
    token ??= store.read(storageKey); // Another tab may have been quicker.
    const mine = era;
    const session = await api.post<Session>('widget/sessions/', {
      website_key: websiteKey,
      locale,
      ...(token ? { visitor_token: token } : {}),
      ...(handle && handle !== KNOWN ? { resume_handle: handle } : {}),
      ...(page ? { page } : {}),
      ...(identity ? { identity } : {}),
      ...(attributes ? { attributes } : {}),
      ...(consent === null ? {} : { consent }),
    });
    if (mine === era) take(session);
    return session;
  }

  function take(session: Session): void {
    token = session.visitor_token;
    handle = session.resume_handle ?? KNOWN;
    attributes = null;
    isBegun = true;
    store.write(storageKey, token);
    keepHandle(handle);
  }

  function identify(identity: Identity): Promise<void> {
    era++;
    claim?.settle('identify was called again');
    return new Promise((resolve, reject) => {
      claim = { identity, settle: (refusal) => (refusal ? reject(Error(refusal)) : resolve()) };
    });
  }

  /** With the next session call; in one of its own where there is none to come. */
  async function addAttributes(given: Facts): Promise<void> {
    attributes = { ...attributes, ...given };
    if (isBegun) await open();
  }

  function seenOn(now: Page): void {
    page = now;
    if (isBegun) pageTimer ??= setTimeout(tellPage, Math.max(0, pageTold + PAGES_MS - Date.now()));
  }

  function tellPage(): void {
    pageTimer = undefined;
    pageTold = Date.now();
    void open().catch(() => undefined); // The next page is told as well.
  }

  /** Another tab may have a newer one by now: that one stays. */
  function distrust(): void {
    era++;
    if (store.read(storageKey) === token) store.remove(storageKey);
    token = null;
  }

  function followTab(): boolean {
    const theirs = store.read<string>(storageKey);
    if (theirs === token) return false;
    era++;
    token = theirs;
    if (!token) handle = null;
    return true;
  }

  function forget(): void {
    distrust();
    store.remove(storageKey);
    claim?.settle('reset() was called');
    handle = claim = attributes = consent = null;
    isBegun = false;
    keepHandle(null);
  }

  async function withdraw(): Promise<void> {
    consent = false;
    token ??= store.read(storageKey);
    if (token) await api.post('widget/consent/', { given: false });
    forget();
    if (!asksConsent) return;
    agreement = waitForIt();
    needsConsent.value = true;
  }

  return {
    api,
    isKnown: () => token !== null || handle !== null,
    begin,
    found(knownHandle, seen) {
      handle = knownHandle;
      if (handle) agreed(); // Or there would be none.
      page = seen;
    },
    seenOn,
    identify,
    addAttributes,
    consent(given) {
      consent = given;
      if (given) agreed();
    },
    withdraw,
    needsConsent,
    distrust,
    followTab,
    forget,
  };
}

type Facts = Record<string, unknown>;

interface Claim {
  identity: Identity;
  settle: (refusal?: string) => void;
}
