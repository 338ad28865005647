// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';

import { FakeSocket } from '../testing/fake_socket.ts';
import { ApiError } from './http.ts';
import { createSocket, type Socket, type SocketOptions } from './socket.ts';

let sockets: Socket[];
let tokens: number;
let frames: string[];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.spyOn(Math, 'random').mockReturnValue(1);
  FakeSocket.opened = [];
  sockets = [];
  tokens = 0;
  frames = [];
});

afterEach(() => {
  for (const socket of sockets) socket.close();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function open(options: Partial<SocketOptions> = {}): Promise<Socket> {
  const token = async (): Promise<string> => `t${++tokens}`;
  const socket = createSocket({ url: '/ws/dashboard/', token, onFrame: (frame) => frames.push(frame.type), ...options });
  sockets.push(socket);
  await settle();
  return socket;
}

const settle = (): Promise<unknown> => vi.advanceTimersByTimeAsync(0);

test('the token travels as a sub-protocol, never in the address', async () => {
  await open();
  expect(FakeSocket.last.url).toBe('ws://localhost:3000/ws/dashboard/');
  expect(FakeSocket.last.protocols).toEqual(['chat.v1', 'token.t1']);
});

test('nothing can be sent before the greeting', async () => {
  const socket = await open();
  expect(socket.send({ type: 'ping' })).toBe(false);
  FakeSocket.last.greet();
  expect(socket.status.value).toBe('online');
  expect(socket.send({ type: 'ping' })).toBe(true);
});

test('every attempt has a token of its own', async () => {
  await open();
  FakeSocket.last.greet();
  FakeSocket.last.drop(4001);
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSocket.last.protocols).toEqual(['chat.v1', 'token.t2']);
});

test('4003 is for good', async () => {
  const socket = await open();
  FakeSocket.last.drop(4003);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(socket.status.value).toBe('stopped');
  expect(FakeSocket.opened.length).toBe(1);
});

test.each([
  [4012, 3000],
  [1012, 3000],
  [4008, 250],
])('after %i it is back within %i ms', async (code, within) => {
  await open();
  FakeSocket.last.greet();
  FakeSocket.last.drop(code);
  await vi.advanceTimersByTimeAsync(within);
  expect(FakeSocket.opened.length).toBe(2);
});

test('4029 is left alone for longer', async () => {
  await open();
  FakeSocket.last.greet();
  FakeSocket.last.drop(4029);
  await vi.advanceTimersByTimeAsync(5000);
  expect(FakeSocket.opened.length).toBe(1);
  await vi.advanceTimersByTimeAsync(12_000);
  expect(FakeSocket.opened.length).toBe(2);
});

test('pauses grow while nothing answers, and start small again after a greeting', async () => {
  await open();
  const pauses: number[] = [];
  for (let attempt = 0; attempt < 3; attempt++) {
    const before = Date.now();
    FakeSocket.last.drop(1006);
    await vi.advanceTimersToNextTimerAsync();
    pauses.push(Date.now() - before);
  }
  expect(pauses).toEqual([750, 1250, 2250]);
  FakeSocket.last.greet();
  FakeSocket.last.drop(1006);
  await vi.advanceTimersByTimeAsync(750);
  expect(FakeSocket.opened.length).toBe(5);
});

test('who is not greeted within ten seconds tries again', async () => {
  const socket = await open();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(socket.status.value).toBe('offline');
  await vi.advanceTimersByTimeAsync(1000);
  expect(FakeSocket.opened.length).toBe(2);
});

test('two missed heartbeats end a link that never says it is dead', async () => {
  const socket = await open();
  FakeSocket.last.greet();
  await vi.advanceTimersByTimeAsync(40_000);
  expect(socket.status.value).toBe('online');
  await vi.advanceTimersByTimeAsync(5000);
  expect(socket.status.value).toBe('offline');
});

test('a heartbeat in time keeps the link, and we ping every 25 seconds', async () => {
  const socket = await open();
  FakeSocket.last.greet();
  for (let beat = 0; beat < 6; beat++) {
    await vi.advanceTimersByTimeAsync(20_000);
    FakeSocket.last.hear({ type: 'heartbeat' });
  }
  expect(socket.status.value).toBe('online');
  expect(FakeSocket.last.sent.filter(({ type }) => type === 'ping').length).toBe(4);
});

test('a page that comes back connects at once instead of waiting', async () => {
  await open();
  for (let attempt = 0; attempt < 8; attempt++) {
    FakeSocket.last.drop(1006);
    await vi.advanceTimersToNextTimerAsync();
  }
  FakeSocket.last.drop(1006);
  window.dispatchEvent(new Event('online'));
  await settle();
  expect(FakeSocket.opened.length).toBe(10);
});

test('waking with a dead link is found out by a ping that nobody answers', async () => {
  await open();
  FakeSocket.last.greet();
  await vi.advanceTimersByTimeAsync(1000);
  window.dispatchEvent(new Event('pageshow'));
  expect(FakeSocket.last.sent.at(-1)).toEqual({ type: 'ping' });
  await vi.advanceTimersByTimeAsync(5000);
  expect(FakeSocket.opened.length).toBe(2);
});

test('a frame of a connection that was given up is not heard', async () => {
  const socket = await open();
  const old = FakeSocket.last;
  old.greet();
  socket.reconnect();
  await settle();
  old.hear({ type: 'resync' });
  expect(frames).toEqual(['connected']);
});

test('a token that is refused for good ends it, a busy server does not', async () => {
  const refusals: number[] = [];
  const refused = await open({
    token: () => Promise.reject(new ApiError(401, 'not_authenticated', '')),
    onRefused: (error) => refusals.push(error.status),
  });
  expect(refused.status.value).toBe('stopped');
  expect(refusals).toEqual([401]);

  let isBusy = true;
  const patient = await open({
    token: () => (isBusy ? Promise.reject(new ApiError(503, 'unavailable', '', 2)) : Promise.resolve('t')),
  });
  isBusy = false;
  await vi.advanceTimersByTimeAsync(1900);
  expect(FakeSocket.opened.length).toBe(0);
  await vi.advanceTimersByTimeAsync(2000);
  FakeSocket.last.greet();
  expect(patient.status.value).toBe('online');
});

test('a closed socket stays closed, even when its token comes late', async () => {
  let give: (token: string) => void = () => undefined;
  const socket = await open({ token: () => new Promise((resolve) => (give = resolve)) });
  socket.close();
  give('late');
  await vi.advanceTimersByTimeAsync(60_000);
  expect(FakeSocket.opened.length).toBe(0);
});
