/** Two soft notes, made by the browser itself. Browsers allow sound only after the first touch of the page. */
import { signal, type ReadonlySignal } from '@preact/signals';

export interface Sound {
  play(): void;
  /** To hear it: at once, whatever is switched off and whichever tab speaks. False while the browser forbids it. */
  test(): boolean;
  /** The page was touched. */
  readonly isUnlocked: ReadonlySignal<boolean>;
}

export interface SoundOptions {
  isOn: () => boolean;
  /** From 0 to 1. */
  volume: () => number;
  onUnlocked?: () => void;
}

const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 880, at: 0.12 },
];
const QUIET_MS = 1500;
const LOUDEST = 0.2;

export function createSound({ isOn, volume, onUnlocked }: SoundOptions): Sound {
  const isUnlocked = signal(false);
  let context: AudioContext | null = null;
  let lastPlayed = 0;

  function unlock(): void {
    context ??= new AudioContext();
    void context.resume();
    if (isUnlocked.peek()) return;
    isUnlocked.value = true;
    onUnlocked?.();
  }
  for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, unlock, { once: true });

  function test(): boolean {
    if (!context) return false;
    lastPlayed = Date.now();
    for (const note of NOTES) ring(context, note.hertz, context.currentTime + note.at, volume() * LOUDEST);
    return true;
  }

  function play(): void {
    // Five messages in a second are one event for the ear.
    if (isOn() && Date.now() - lastPlayed >= QUIET_MS) test();
  }

  return { play, test, isUnlocked };
}

function ring(context: AudioContext, hertz: number, at: number, loudness: number): void {
  if (loudness <= 0) return;
  const tone = new OscillatorNode(context, { frequency: hertz, type: 'sine' });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(loudness, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.55);
}
