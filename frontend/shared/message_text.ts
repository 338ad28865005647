/** What may be sent: characters are code points, and what Postgres or JSON cannot carry is left out rather than refused. */

export function cleaned(content: string): string {
  const sound = content.replaceAll('\0', '').replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, '\ufffd');
  return /[^\s\p{Cf}]/u.test(sound) ? sound.trim() : ''; // What nobody could see is nothing.
}

/** Counted exactly only where it matters: UTF-16 units are never fewer than code points. */
export function lengthOf(content: string): number {
  return content.length < 5000 ? content.length : [...content].length;
}
