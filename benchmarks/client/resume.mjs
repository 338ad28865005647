// Everything that was missed, page by page, until the server says that it is complete.
import { open, pause, quantile, typeOf } from './sockets.mjs';

const COMMANDS_PER_SECOND = 10; // half of what a socket may send in the long run

export async function resume(plan) {
  const visitor = await catchUp(await open(plan.visitors[0]), plan, {});
  const asked = { conversation_id: plan.conversation };
  const dashboard = await catchUp(await open(plan.dashboards[0]), plan, asked);
  return {
    visitor_ms: quantile(visitor.times, 0.5),
    dashboard_ms: quantile(dashboard.times, 0.5),
    sent: plan.missed * (plan.times + 1) * 2,
    lost: visitor.lost + dashboard.lost,
    doubled: visitor.doubled + dashboard.doubled,
  };
}

async function catchUp(socket, plan, asked) {
  const balance = { times: [], lost: 0, doubled: 0 };
  for (let round = 0; round < plan.times + 1; round++) {
    const numbers = [];
    let pages = 0;
    const began = performance.now();
    for (let after = 0, complete = false; !complete; after = numbers.at(-1)) {
      const page = await ask(socket, { type: 'resume', after, ...asked });
      pages += 1;
      numbers.push(...page.entries.map((entry) => entry.rev));
      complete = page.complete;
    }
    if (round) balance.times.push(performance.now() - began); // the first warms up
    const different = new Set(numbers).size;
    balance.lost += plan.missed - different;
    balance.doubled += numbers.length - different;
    await pause((pages * 1000) / COMMANDS_PER_SECOND);
  }
  return balance;
}

function ask(socket, command) {
  return new Promise((resolve, reject) => {
    socket.hear = (bytes) => {
      if (typeOf(bytes) === 'resumed') resolve(JSON.parse(bytes));
      if (typeOf(bytes) === 'rejected') reject(new Error(bytes.toString()));
    };
    socket.send(JSON.stringify(command));
  });
}
