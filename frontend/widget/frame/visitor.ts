/** Who the visitor is to us: a token in the frame's own storage, and a handle the loader keeps where that storage is not kept. */
import { type Api, ApiError, createApi } from '../../shared/http.ts';
import type { VisitorConversation } from '../../shared/protocol.d.ts';
import type { Store } from '../../shared/storage.ts';
import type { Page } from '../port.ts';

export interface Session {
  visitor_token: string;
  resume_handle: string | null;
  conversation: VisitorConversation | null;
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
  identify(identity: Identity): void;
  addAttributes(attributes: Record<string, unknown>): void;
  consent(given: boolean): void;
  /** The token no longer opens anything. */
  distrust(): void;
  /** Log-out on the customer's page: nobody in particular from here on. */
  forget(): void;
}

export interface VisitorOptions {
  websiteKey: string;
  store: Store;
  /** The loader keeps the handle on the customer's page. */
  keepHandle: (handle: string | null) => void;
  /** The page's proof of who the visitor is was not accepted; they stay nobody in particular. */
  onIdentityRefused: (code: string) => void;
}

export function createVisitor({ websiteKey, store, keepHandle, onIdentityRefused }: VisitorOptions): Visitor {
  const storageKey = `chatplatform:${websiteKey}`;
  let token = store.read<string>(storageKey);
  let handle: string | null = null;
  let page: Page | null = null;
  let identity: Identity | null = null;
  let attributes: Record<string, unknown> = {};
  let consent: boolean | null = null;
  const api = createApi({ bearer: () => token });

  async function begin(): Promise<Session> {
    try {
      return await open();
    } catch (error) {
      const mayBeTheProof = identity && error instanceof ApiError && !error.isTemporary;
      if (!mayBeTheProof) throw error;
      identity = null;
      const session = await open();
      onIdentityRefused(error.code);
      return session;
    }
  }

  async function open(): Promise<Session> {
    token ??= store.read(storageKey); // Another tab may have been quicker.
    const session = await api.post<Session>('widget/sessions/', {
      website_key: websiteKey,
      ...(token ? { visitor_token: token } : {}),
      ...(handle ? { resume_handle: handle } : {}),
      ...(page ? { page } : {}),
      ...(identity ? { identity: withAttributes(identity) } : {}),
      ...(consent === null ? {} : { consent }),
    });
    token = session.visitor_token;
    handle = session.resume_handle;
    store.write(storageKey, token);
    keepHandle(handle);
    return session;
  }

  function withAttributes(known: Identity): Identity {
    return { ...known, attributes: { ...known.attributes, ...attributes } };
  }

  function distrust(): void {
    token = null;
    store.remove(storageKey);
  }

  function forget(): void {
    distrust();
    handle = identity = null;
    attributes = {};
    keepHandle(null);
  }

  return {
    api,
    isKnown: () => token !== null || handle !== null,
    begin,
    found(knownHandle, seenOn) {
      handle = knownHandle;
      page = seenOn;
    },
    identify: (given) => void (identity = given),
    addAttributes: (given) => void (attributes = { ...attributes, ...given }),
    consent: (given) => void (consent = given),
    distrust,
    forget,
  };
}
