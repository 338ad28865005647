/** The debug switch: `?debug=1` or `localStorage['chatplatform:debug'] = 1` prints every connection, subscription and frame. */
export type Trace = (what: string, detail?: unknown) => void;

let isOn: boolean | undefined;

export function createTrace(name: string): Trace {
  return (what, detail) => {
    isOn ??= debugWanted();
    if (isOn) console.info(`[${name}] ${what}`, ...(detail === undefined ? [] : [detail]));
  };
}

/** From now on, without a reload. */
export function switchDebug(on: boolean): void {
  isOn = on;
}

function debugWanted(): boolean {
  try {
    return new URLSearchParams(location.search).get('debug') === '1' || localStorage.getItem('chatplatform:debug') === '1';
  } catch {
    return false; // Storage can be forbidden in a third-party frame; there is no location in tests.
  }
}
