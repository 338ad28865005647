// As many sockets as fast as they are greeted; then they stay idle until somebody has looked at the server's memory.
import { open } from './sockets.mjs';

export async function accepts(plan, { say, hear }) {
  const sockets = [];
  let next = 0;
  const knock = async () => {
    while (next < plan.visitors.length) {
      await open(plan.visitors[next++]).then((socket) => sockets.push(socket), complain);
    }
  };
  const before = process.cpuUsage();
  const began = performance.now();
  await Promise.all(Array.from({ length: plan.width }, knock));
  const seconds = (performance.now() - began) / 1000;
  const { user, system } = process.cpuUsage(before);
  say({ open: sockets.length });
  await hear();
  const alive = sockets.filter((socket) => socket.readyState === socket.OPEN).length;
  const sent = plan.visitors.length;
  const accepts_per_second = Math.round(sockets.length / seconds);
  return { accepts_per_second, client_us: user + system, sent, lost: sent - alive, doubled: 0 };
}

let complaints = 0;
function complain(error) {
  if (complaints++ < 5) console.error(error.message);
}
