// As delivery, but it waits, with its sockets open, until a browser has loaded its inbox.
import { sendAtRate } from './delivery.mjs';
import { Ledger } from './ledger.mjs';
import { clientIdOf, open, openAll } from './sockets.mjs';

export async function updates(plan, { say, hear }) {
  const ledger = new Ledger(plan.content);
  const dashboard = await open(plan.dashboards[0]);
  dashboard.hear = (bytes) => ledger.seenByDashboard(clientIdOf(bytes));
  const visitors = await openAll(plan.visitors);
  for (const visitor of visitors) visitor.hear = (bytes) => ledger.seenByVisitor(clientIdOf(bytes));
  const alive = setInterval(() => visitors.concat(dashboard).forEach((socket) => socket.send('{"type":"ping"}')), 25_000);
  say({ open: visitors.length });
  await hear();
  await sendAtRate(ledger, visitors, plan.rate, plan.seconds);
  await ledger.settle();
  clearInterval(alive);
  return ledger.balance();
}
