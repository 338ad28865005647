/** How one conversation stays live: a socket, and HTTP while there is none. Fetched as the chat begins (conversation.ts). */
import { effect, signal } from '@preact/signals';

import { jittered } from '../../shared/backoff.ts';
import { createFallback } from '../../shared/fallback.ts';
import type { Api } from '../../shared/http.ts';
import { connectionToken, createSocket, type Command, type Frame, type SocketStatus } from '../../shared/socket.ts';
import type { Timeline } from '../../shared/timeline.ts';

/** `http`: there is no socket, but messages come and go all the same. */
export type Link = SocketStatus | 'http';

export interface WireOptions {
  api: Api;
  timeline: Timeline;
  receive: (frame: Frame) => void;
  onLink: (link: Link) => void;
  /** HTTP has begun to stand in. */
  onStandIn: () => void;
  /** The visitor's token is no longer good. */
  onRefused: () => void;
}

export interface Wire {
  send(command: Command): boolean;
  close(): void;
}

export function createWire({ api, timeline, receive, onLink, onStandIn, onRefused }: WireOptions): Wire {
  const isOverHttp = signal(false);
  const socket = createSocket({
    url: `/ws/chat/${timeline.conversationId}/`,
    token: () => connectionToken(api),
    onFrame: receive,
    onRefused,
    name: 'widget',
  });
  const fallback = createFallback({
    api,
    socket,
    path: 'widget/conversations/',
    timelines: () => [timeline],
    take: receive,
    onRound: (isThrough) => {
      const isFirst = isThrough && !isOverHttp.peek();
      isOverHttp.value = isThrough;
      if (isFirst) onStandIn();
    },
    backoff: jittered,
  });
  const stopWatching = effect(() => {
    const status = socket.status.value;
    if (status === 'online') isOverHttp.value = false;
    onLink(isOverHttp.value && status !== 'stopped' ? 'http' : status);
  });

  return {
    send: (command) => socket.send(command) || fallback.send(command),
    close() {
      stopWatching();
      fallback.stop();
      socket.close();
    },
  };
}
