// Who must get what, and who got it: finds what was lost and what came twice.
import { randomUUID } from 'node:crypto';
import { pause } from './sockets.mjs';

const PATIENCE = 10_000;

export class Ledger {
  constructor(content) {
    this.tail = `","content":${JSON.stringify(content)}}`;
    this.messages = new Map(); // client_id → what became of it
    this.delivered = 0; // to the visitor who wrote it and to the dashboard
    this.answered = 0;
    this.onDelivered = () => {};
  }

  // Sends a message; `at` is when it was due.
  send(socket, at = performance.now()) {
    const client_id = randomUUID();
    this.messages.set(client_id, { at, toVisitor: 0, toDashboard: 0 });
    socket.send(`{"type":"chat_message","client_id":"${client_id}${this.tail}`);
  }

  seenByVisitor(client_id) {
    const message = this.messages.get(client_id);
    if (!message) return;
    message.toVisitor += 1;
    if (message.toVisitor === 1) this.answered += 1;
    this.#seen(message);
  }

  seenByDashboard(client_id) {
    const message = this.messages.get(client_id);
    if (!message) return;
    message.toDashboard += 1;
    if (message.toDashboard === 1) this.onDelivered(performance.now() - message.at);
    this.#seen(message);
  }

  #seen({ toVisitor, toDashboard }) {
    if (toVisitor + toDashboard === 2 && toVisitor === 1) this.delivered += 1;
  }

  // What is under way may still come.
  async settle() {
    for (let waited = 0; this.delivered < this.messages.size && waited < PATIENCE; waited += 20) await pause(20);
    await pause(50); // for what comes twice
  }

  balance() {
    let lost = 0;
    let doubled = 0;
    for (const { toVisitor, toDashboard } of this.messages.values()) {
      if (!toVisitor || !toDashboard) lost += 1;
      if (toVisitor > 1 || toDashboard > 1) doubled += 1;
    }
    return { sent: this.messages.size, lost, doubled };
  }
}
