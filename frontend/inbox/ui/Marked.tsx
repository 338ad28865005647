/** A text with what was looked for marked in it. */
import { piecesOf } from '../list/highlights.ts';

export function Marked({ text, search }: { text: string; search: string }) {
  return <>{piecesOf(text, search).map((piece, place) => (place % 2 ? <mark key={place}>{piece}</mark> : piece))}</>;
}
