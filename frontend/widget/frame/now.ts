/** The server's time. A visitor's clock may be hours off, and what it stamps must not look said at another time than it was. */
let ahead = 0;

export const now = (): number => Date.now() + ahead;

export function setNow(milliseconds: number): void {
  ahead = milliseconds - Date.now();
}
