// Visitors who ask the assistant, and wait for its whole answer.
import { randomUUID } from 'node:crypto';
import { open, openAll, pause, typeOf } from './sockets.mjs';

const PATIENCE = 60_000;

export async function answers(plan, { say, hear }) {
  const dashboard = await open(plan.dashboards[0]);
  const visitors = await openAll(plan.visitors);
  let answered = 0;
  let chunks = 0;
  dashboard.hear = () => {};
  for (const visitor of visitors) {
    visitor.hear = (bytes) => {
      const type = typeOf(bytes);
      if (type === 'chunk') chunks += 1;
      if (type === 'new_message' && JSON.parse(bytes).message.role === 'assistant') answered += 1;
    };
  }
  say({ open: visitors.length });
  await hear();
  const content = JSON.stringify(plan.question);
  for (const visitor of visitors) {
    visitor.send(`{"type":"chat_message","client_id":"${randomUUID()}","content":${content}}`);
    await pause(plan.pause_ms);
  }
  const began = performance.now();
  while (answered < visitors.length && performance.now() - began < PATIENCE) await pause(50);
  return { answered, chunks, sent: visitors.length, lost: visitors.length - answered, doubled: 0 };
}
