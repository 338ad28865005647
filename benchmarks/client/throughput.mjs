// Visitors in closed loop: each writes again when it has its own message back. One dashboard must see everything.
import { Ledger } from './ledger.mjs';
import { clientIdOf, open, openAll, pause } from './sockets.mjs';

export async function throughput(plan) {
  const ledger = new Ledger(plan.content);
  let running = true;
  const dashboard = await open(plan.dashboards[0]);
  dashboard.hear = (bytes) => ledger.seenByDashboard(clientIdOf(bytes));
  const visitors = await openAll(plan.visitors);
  for (const visitor of visitors) {
    visitor.hear = (bytes) => {
      const client_id = clientIdOf(bytes);
      if (client_id === null) return;
      ledger.seenByVisitor(client_id);
      if (running) ledger.send(visitor);
    };
    ledger.send(visitor);
  }
  await pause(plan.warm_up_seconds * 1000);
  const before = ledger.answered;
  const began = performance.now();
  await pause(plan.seconds * 1000);
  const rate = ((ledger.answered - before) * 1000) / (performance.now() - began);
  running = false;
  await ledger.settle();
  return { messages_per_second: Math.round(rate), ...ledger.balance() };
}
