// One message to every dashboard of a website: how long until the last has it.
import { Ledger } from './ledger.mjs';
import { clientIdOf, open, openAll, pause, quantile } from './sockets.mjs';

const PATIENCE = 20_000;

// With `watched` it waits, with its sockets open, until somebody has looked at the servers.
export async function fanout(plan, { say, hear }) {
  const ledger = new Ledger(plan.content);
  const visitor = await open(plan.visitors[0]);
  visitor.hear = (bytes) => ledger.seenByVisitor(clientIdOf(bytes));
  const dashboards = await openAll(plan.dashboards);
  const seen = dashboards.map(() => new Map());
  let arrived = 0;
  let last = 0;
  dashboards.forEach((dashboard, number) => {
    dashboard.hear = (bytes) => {
      const client_id = clientIdOf(bytes);
      if (client_id === null) return;
      seen[number].set(client_id, (seen[number].get(client_id) ?? 0) + 1);
      arrived += 1;
      last = performance.now();
    };
  });
  await pause(plan.settle_seconds * 1000);
  if (plan.watched) say({ open: dashboards.length });
  if (plan.watched) await hear();
  const before = process.cpuUsage();

  const times = [];
  for (let round = 0; round < plan.times + 1; round++) {
    arrived = 0;
    const began = performance.now();
    ledger.send(visitor, began);
    while (arrived < dashboards.length && performance.now() - began < PATIENCE) await pause(1);
    if (arrived < dashboards.length) {
      times.push(PATIENCE); // at least; and what did not come is counted as lost
      break;
    }
    if (round) times.push(last - began); // the first warms up
    await pause(plan.pause_seconds * 1000);
  }
  const { user, system } = process.cpuUsage(before);
  const sent = [...ledger.messages.keys()];
  const copies = seen.flatMap((one) => sent.map((client_id) => one.get(client_id) ?? 0));
  return {
    last_ms: quantile(times, 0.5),
    slowest_ms: quantile(times, 1),
    client_us: user + system,
    sent: sent.length,
    lost: copies.filter((count) => count === 0).length,
    doubled: copies.filter((count) => count > 1).length,
  };
}
