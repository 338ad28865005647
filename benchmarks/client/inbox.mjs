// The first page of the inbox over HTTP, again and again on one connection.
import { quantile } from './sockets.mjs';

export async function inbox(plan) {
  const times = [];
  let rows = 0;
  for (let round = 0; round < plan.times + 5; round++) {
    const began = performance.now();
    const answer = await fetch(plan.inbox.url, { headers: { Authorization: `Bearer ${plan.inbox.token}` } });
    const { results } = await answer.json();
    if (round >= 5) times.push(performance.now() - began); // the first warm up
    rows = results.length;
  }
  return { p50_ms: quantile(times, 0.5), p99_ms: quantile(times, 0.99), rows, sent: 0, lost: 0, doubled: 0 };
}
