/** What the methods of `window.ChatPlatform` take. What is wrong is refused in words, before anything is done. */
import type { MethodName } from './core.ts';

type Check = [isRight: (value: unknown) => boolean, expected: string];

const isText = (value: unknown): value is string => typeof value === 'string';
const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const text: Check = [isText, 'a text'];
const attributes: Check = [isObject, 'an object such as {plan: "pro"}'];

const CHECKS: Partial<Record<MethodName, Check[]>> = {
  identify: [
    [(id) => (isText(id) && id !== '') || Number.isFinite(id), 'a user id'],
    [(proof) => isObject(proof) && (isText(proof['hash']) || isText(proof['jwt'])), 'an object with hash or jwt'],
  ],
  setCustomAttributes: [attributes],
  setConversationCustomAttributes: [attributes],
  setLocale: [[(tag) => isText(tag) && /^[a-z]{2,3}([-_]\w+)*$/i.test(tag), 'a language tag such as "de"']],
  setColorScheme: [[(scheme) => ['light', 'dark', 'auto'].includes(scheme as string), '"light", "dark" or "auto"']],
  prefill: [text],
  sendMessage: [[(said) => isText(said) && said.trim() !== '', 'a text that is not empty']],
  consent: [[(given) => typeof given === 'boolean', 'true or false']],
};

/** Throws the first thing that is wrong. */
export function check(name: MethodName, args: unknown[]): void {
  CHECKS[name]?.forEach(([isRight, expected], at) => {
    if (!isRight(args[at])) throw TypeError(`${name} expects ${expected}, not ${shown(args[at])}`);
  });
}

function shown(value: unknown): string {
  if (!isText(value)) return isObject(value) ? 'this object' : String(value);
  return value ? JSON.stringify(value.slice(0, 40)) : 'nothing';
}
