// The external client of the benchmark: visitors in closed loop, one dashboard that must see everything.
// Reads a plan from stdin (see throughput.py), prints one JSON line. Knows the wire only: protocol.md.
import { readFileSync } from 'node:fs';
import { randomUUID } from 'node:crypto';

const plan = JSON.parse(readFileSync(0, 'utf8'));
const sent = new Map(); // client_id → moment it was sent
const toDashboard = [];
const toVisitor = [];
let seen = 0;
let acknowledged = 0;
let running = true;

function open(url, token) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, ['chat.v1', `token.${token}`]);
    socket.onerror = () => reject(new Error(`no socket at ${url}`));
    socket.onclose = (event) => reject(new Error(`closed with ${event.code}`));
    socket.onmessage = (event) => {
      const frame = JSON.parse(event.data);
      if (frame.type === 'connected') resolve(socket);
      if (frame.type === 'error') console.error(frame);
    };
  });
}

function say(socket) {
  if (!running) return;
  const client_id = randomUUID();
  sent.set(client_id, performance.now());
  socket.send(JSON.stringify({ type: 'chat_message', client_id, content: plan.content }));
}

function watchDashboard(socket) {
  socket.onmessage = (event) => {
    if (!event.data.includes('"new_message"')) return;
    const began = sent.get(JSON.parse(event.data).message.client_id);
    if (began === undefined) return;
    seen += 1;
    toDashboard.push(performance.now() - began);
  };
}

function watchVisitor(socket) {
  socket.onmessage = (event) => {
    if (!event.data.includes('"new_message"')) {
      if (event.data.includes('"rejected"')) console.error(event.data);
      return;
    }
    acknowledged += 1;
    toVisitor.push(performance.now() - sent.get(JSON.parse(event.data).message.client_id));
    say(socket);
  };
}

const quantile = (values, q) => {
  const sorted = Float64Array.from(values).sort();
  return Math.round((sorted[Math.floor(q * (sorted.length - 1))] ?? 0) * 100) / 100;
};
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

watchDashboard(await open(plan.dashboard.url, plan.dashboard.token));
const visitors = [];
for (const { url, token } of plan.visitors) {
  const socket = await open(url, token);
  watchVisitor(socket);
  visitors.push(socket);
}
visitors.forEach(say);
await pause(plan.warm_up_seconds * 1000);
toDashboard.length = toVisitor.length = 0;
const before = acknowledged;
const began = performance.now();
await pause(plan.seconds * 1000);
const seconds = (performance.now() - began) / 1000;
const during = acknowledged - before;
const latencies = { dashboard: toDashboard.slice(), visitor: toVisitor.slice() };
running = false;
for (let waited = 0; (seen < sent.size || acknowledged < sent.size) && waited < 5000; waited += 50) await pause(50);

console.log(
  JSON.stringify({
    messages_per_second: Math.round(during / seconds),
    sent: sent.size,
    acknowledged,
    seen_by_dashboard: seen,
    dashboard_ms: { p50: quantile(latencies.dashboard, 0.5), p99: quantile(latencies.dashboard, 0.99) },
    visitor_ms: { p50: quantile(latencies.visitor, 0.5), p99: quantile(latencies.visitor, 0.99) },
  }),
);
process.exit(0);
