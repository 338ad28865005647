/** Stands in for the browser's WebSocket where a test decides what the network does, and when. */
import type { Command, Frame } from '../shared/socket.ts';

export class FakeSocket {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static opened: FakeSocket[] = [];

  static get last(): FakeSocket {
    const last = FakeSocket.opened.at(-1);
    if (!last) throw new Error('No socket was opened.');
    return last;
  }

  readyState = FakeSocket.CONNECTING;
  sent: Command[] = [];
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;

  constructor(
    readonly url: string,
    readonly protocols: string[],
  ) {
    FakeSocket.opened.push(this);
  }

  send(text: string): void {
    this.sent.push(JSON.parse(text) as Command);
  }

  close(): void {
    this.readyState = 3;
  }

  /** The server accepts and greets. */
  greet(frame: object = {}): void {
    this.readyState = FakeSocket.OPEN;
    this.hear({ type: 'connected', connection_id: 'c', protocol: 1, heartbeat_seconds: 20, ...frame } as Frame);
  }

  hear(frame: Frame): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }

  drop(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code, reason: '' });
  }
}
