// Visitors who ask the assistant once each, so many at a time: the next asks when one has its whole answer.
import { randomUUID } from 'node:crypto';
import { open, openAll, pause, typeOf } from './sockets.mjs';

const PATIENCE = 60_000;

export async function answers(plan, { say, hear }) {
  const dashboard = await open(plan.dashboards[0]);
  const visitors = await openAll(plan.visitors);
  const asked = { chunks: 0, doubled: 0, ends: [], last: 0 };
  let told = 0;
  dashboard.hear = (bytes) => {
    if (isAnswer(bytes)) told += 1;
  };
  say({ open: visitors.length });
  await hear();
  const before = process.cpuUsage();
  let next = 0;
  const content = JSON.stringify(plan.question);
  const askThem = async () => {
    while (next < visitors.length) {
      asked.last = performance.now();
      await answerTo(visitors[next++], content, asked);
    }
  };
  await Promise.all(Array.from({ length: plan.width }, askThem));
  const waited = performance.now();
  while (told < asked.ends.length && performance.now() - waited < PATIENCE) await pause(10);
  const { user, system } = process.cpuUsage(before);
  return {
    answers_per_second: rateOf(asked, plan.width),
    client_us: user + system,
    chunks: asked.chunks,
    sent: visitors.length * 2, // what must be stored: each question and its answer
    lost: visitors.length - Math.min(asked.ends.length, told),
    doubled: asked.doubled + Math.max(0, told - visitors.length),
  };
}

// Ends when the visitor has the whole answer, or has waited too long for it.
function answerTo(visitor, content, asked) {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, PATIENCE);
    let answers = 0;
    visitor.hear = (bytes) => {
      if (typeOf(bytes) === 'chunk') asked.chunks += 1;
      if (!isAnswer(bytes)) return;
      answers += 1;
      if (answers > 1) asked.doubled += 1;
      if (answers === 1) asked.ends.push(performance.now());
      clearTimeout(late);
      resolve();
    };
    visitor.send(`{"type":"chat_message","client_id":"${randomUUID()}","content":${content}}`);
  });
}

const isAnswer = (bytes) => typeOf(bytes) === 'new_message' && JSON.parse(bytes).message.role === 'assistant';

// While all were busy: from when each has had an answer until the last question was asked.
function rateOf({ ends, last }, width) {
  const began = ends[width - 1];
  const counted = ends.filter((end) => end > began && end <= last).length;
  return last > began ? Math.round((counted * 100_000) / (last - began)) / 100 : 0;
}
