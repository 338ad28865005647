/** Written into the second script by widget/pages/controls.py, in every language: it is the same for all websites. */

/** By their places, to be short. */
export type ControlsTexts = [close: string, retry: string, unreachable: string, writeTo: string];

declare const __WORDS__: Record<string, ControlsTexts>;

export const words = __WORDS__;
