/** Two soft notes, made by the browser itself. Browsers allow sound only after the first touch of the page. */

export interface Sound {
  play(): void;
}

const NOTES = [
  { hertz: 659.25, at: 0 },
  { hertz: 880, at: 0.12 },
];
const QUIET_MS = 1500;

export function createSound(isOn: () => boolean): Sound {
  let context: AudioContext | null = null;
  let lastPlayed = 0;

  function unlock(): void {
    context ??= new AudioContext();
    void context.resume();
  }
  for (const touch of ['pointerdown', 'keydown']) addEventListener(touch, unlock, { once: true });

  return {
    play() {
      // Five messages in a second are one event for the ear.
      if (!isOn() || !context || Date.now() - lastPlayed < QUIET_MS) return;
      lastPlayed = Date.now();
      for (const note of NOTES) ring(context, note.hertz, context.currentTime + note.at);
    },
  };
}

function ring(context: AudioContext, hertz: number, at: number): void {
  const tone = new OscillatorNode(context, { frequency: hertz, type: 'sine' });
  const volume = new GainNode(context, { gain: 0 });
  volume.gain.setValueAtTime(0, at);
  volume.gain.linearRampToValueAtTime(0.14, at + 0.015);
  volume.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
  tone.connect(volume).connect(context.destination);
  tone.start(at);
  tone.stop(at + 0.55);
}
