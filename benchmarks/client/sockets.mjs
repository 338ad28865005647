// Sockets that cost the client little: frames stay bytes, and of a message no more is read than its client_id.
import WebSocket from 'ws';

export const OPTIONS = { perMessageDeflate: false, skipUTF8Validation: true };
const PATIENCE = 60_000;
const UUID_LENGTH = 36;

export const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Ends when the server has greeted. From then on `socket.hear(bytes)` gets every frame.
export function open({ url, token }) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${url}?connection_token=${token}`, OPTIONS);
    const late = setTimeout(() => reject(new Error(`no greeting from ${url}`)), PATIENCE);
    socket.hear = () => {};
    socket.on('error', (error) => reject(error));
    socket.on('close', (code) => reject(new Error(`${url} closed with ${code}`)));
    socket.once('message', (first) => {
      clearTimeout(late);
      if (typeOf(first) !== 'connected') return reject(new Error(first.toString()));
      socket.on('message', (bytes) => socket.hear(bytes));
      return resolve(socket);
    });
  });
}

// Opens all, `width` at a time.
export async function openAll(places, width = 50) {
  const sockets = new Array(places.length);
  let next = 0;
  const opener = async () => {
    while (next < places.length) {
      const place = next++;
      sockets[place] = await open(places[place]);
    }
  };
  await Promise.all(Array.from({ length: width }, opener));
  return sockets;
}

// The frame's type, which stands before anything that people wrote.
export function typeOf(bytes) {
  const value = bytes.indexOf('"', bytes.indexOf('"type"') + 6) + 1;
  return bytes.latin1Slice(value, bytes.indexOf('"', value));
}

// The client_id of a new_message, else null.
export function clientIdOf(bytes) {
  if (typeOf(bytes) !== 'new_message') return null;
  const name = bytes.indexOf('"client_id"');
  const value = bytes.indexOf('"', name + 11) + 1;
  return name < 0 ? null : bytes.latin1Slice(value, value + UUID_LENGTH);
}

export function quantile(values, q) {
  const sorted = Float64Array.from(values).sort();
  return Math.round((sorted[Math.floor(q * (sorted.length - 1))] ?? 0) * 100) / 100;
}
