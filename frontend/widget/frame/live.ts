/** What a conversation needs as soon as there is one, and nobody before: fetched while the session is asked for. */
export { watchAttention } from './attention.ts';
export { createWire } from './wire.ts';
