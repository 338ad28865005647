// As many sockets as fast as they are greeted; then they stay idle until somebody has looked at the server's memory.
import { openAll } from './sockets.mjs';

export async function accepts(plan, { say, hear }) {
  const began = performance.now();
  const sockets = await openAll(plan.visitors, plan.width);
  const seconds = (performance.now() - began) / 1000;
  say({ open: sockets.length });
  await hear();
  const lost = sockets.filter((socket) => socket.readyState !== socket.OPEN).length;
  return { accepts_per_second: Math.round(sockets.length / seconds), sent: sockets.length, lost, doubled: 0 };
}
