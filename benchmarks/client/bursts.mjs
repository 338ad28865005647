// Messages in bursts of a size, with rest between them, so that what a batch costs can be told from what a message does.
import { readdirSync, readFileSync } from 'node:fs';
import { Ledger } from './ledger.mjs';
import { clientIdOf, open, openAll, pause, quantile, typeOf } from './sockets.mjs';

const PATIENCE = 20_000;

export async function bursts(plan, { say, hear }) {
  const ledger = new Ledger(plan.content);
  const dashboards = await openAll(plan.dashboards);
  dashboards.forEach((one) => {
    one.hear = (bytes) => ledger.seenByDashboard(clientIdOf(bytes));
  });
  const visitors = await openAll(plan.visitors);
  for (const visitor of visitors) visitor.hear = (bytes) => ledger.seenByVisitor(clientIdOf(bytes));
  for (let warm = 0; warm < plan.warm_ups; warm++) await burst(ledger, visitors, plan);
  say({ open: visitors.length });
  await hear();
  const before = process.cpuUsage();
  const began = performance.now();
  const used_us = [];
  for (let number = 0; number < plan.bursts; number++) {
    const spent = plan.watched_pids?.map(cpuOf);
    const [at, own] = [performance.now() - began, process.cpuUsage()];
    await burst(ledger, visitors, plan);
    const { user, system } = process.cpuUsage(own);
    const used = spent?.map((cpu, place) => cpuOf(plan.watched_pids[place]) - cpu);
    if (used) used_us.push([at * 1000, ...used, user + system].map(Math.round));
  }
  const { user, system } = process.cpuUsage(before);
  const seconds = (performance.now() - began) / 1000;
  return { client_us: user + system, seconds, used_us, ...balance(ledger, plan) };
}

// Microseconds that all threads of some processes have run, by the kernel's own count. One that has ended, as
// connections of Postgres do, has what it had last.
const known = new Map();

function cpuOf(pids) {
  for (const pid of pids) {
    try {
      const threads = readdirSync(`/proc/${pid}/task`).map((id) => `/proc/${pid}/task/${id}/schedstat`);
      known.set(pid, threads.reduce((sum, file) => sum + Number(readFileSync(file, 'utf8').split(' ')[0]), 0) / 1000);
    } catch (error) {
      if (!['ENOENT', 'ESRCH'].includes(error.code)) throw error;
    }
  }
  return pids.reduce((sum, pid) => sum + (known.get(pid) ?? 0), 0);
}

async function burst(ledger, visitors, plan) {
  for (const visitor of visitors) ledger.send(visitor);
  const done = () => (plan.dashboards.length ? ledger.delivered : ledger.answered) >= ledger.messages.size;
  const began = performance.now();
  while (!done() && performance.now() - began < PATIENCE) await pause(plan.pause_ms);
}

// Without a dashboard nobody can miss anything there.
function balance(ledger, plan) {
  if (plan.dashboards.length === 1) return ledger.balance();
  const lost = ledger.messages.size - ledger.answered;
  return { sent: ledger.messages.size, lost, doubled: 0 };
}

// Frames that the server answers at once, one after the other: what a hop costs, and how long it takes.
export async function pings(plan, { say, hear }) {
  const socket = await open(plan.visitors[0]);
  let heard = () => {};
  socket.hear = (bytes) => typeOf(bytes) === 'pong' && heard();
  const times = [];
  const ping = async () => {
    const began = performance.now();
    await new Promise((resolve) => {
      heard = resolve;
      socket.send('{"type":"ping"}');
    });
    times.push((performance.now() - began) * 1000);
    await pause(plan.pause_ms);
  };
  for (let number = 0; number < 50; number++) await ping();
  times.length = 0;
  say({ open: 1 });
  await hear();
  const before = process.cpuUsage();
  for (let number = 0; number < plan.pings; number++) await ping();
  const { user, system } = process.cpuUsage(before);
  return { client_us: user + system, quantiles_us: quantiles(times), sent: 0, lost: 0, doubled: 0 };
}

// How late a timer of ours is: nobody else has part in it.
export async function pacing(plan, { say, hear }) {
  say({ open: 0 });
  await hear();
  const late = [];
  const began = performance.now();
  for (let number = 0; number < plan.rate * plan.seconds; number++) {
    const due = began + (number * 1000) / plan.rate;
    while (performance.now() < due) await pause(Math.max(0, due - performance.now() - 0.5));
    late.push((performance.now() - due) * 1000);
  }
  return { quantiles_us: quantiles(late), sent: 0, lost: 0, doubled: 0 };
}

const QUANTILES = 400; // the middle of each part: whoever draws one of them gets the very worst as rarely as it came
const quantiles = (values) => Array.from({ length: QUANTILES }, (_, part) => quantile(values, (part + 0.5) / QUANTILES));
