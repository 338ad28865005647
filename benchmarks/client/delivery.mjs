// A fixed rate, whatever the server does: a message is late from the moment at which it was due.
import { Ledger } from './ledger.mjs';
import { clientIdOf, open, openAll, pause, quantile } from './sockets.mjs';

export async function delivery(plan) {
  const ledger = new Ledger(plan.content);
  const dashboard = await open(plan.dashboards[0]);
  dashboard.hear = (bytes) => ledger.seenByDashboard(clientIdOf(bytes));
  const visitors = await openAll(plan.visitors);
  for (const visitor of visitors) visitor.hear = (bytes) => ledger.seenByVisitor(clientIdOf(bytes));

  await sendAtRate(ledger, visitors, plan.rate, plan.warm_up_seconds);
  const latencies = [];
  ledger.onDelivered = (ms) => latencies.push(ms);
  await sendAtRate(ledger, visitors, plan.rate, plan.seconds);
  await ledger.settle();
  return { p50_ms: quantile(latencies, 0.5), p99_ms: quantile(latencies, 0.99), ...ledger.balance() };
}

export async function sendAtRate(ledger, visitors, rate, seconds) {
  const began = performance.now();
  for (let number = 0; number < rate * seconds; number++) {
    const due = began + (number * 1000) / rate;
    while (performance.now() < due) await pause(Math.max(0, due - performance.now() - 0.5));
    ledger.send(visitors[number % visitors.length], due);
  }
}
