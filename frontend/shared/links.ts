/** Only addresses that lead somewhere harmless become links; `//host` would silently take our scheme, so it does not. */
const HARMLESS = /^(https?:\/\/|mailto:|tel:|\/(?!\/))/i;

export const isHarmless = (href: string): boolean => HARMLESS.test(href);
