// What can be measured from outside: when frames were drawn, and how old they were then.

import type { Scene } from './scene/scene';
import { moment } from './state';

export interface Measured {
  /** Frames drawn so far. */
  frames: number;
  /** From the arrival of a plot at the watch to the drawn frame, in ms, newest last. */
  ages: number[];
}

const measured: Measured = { frames: 0, ages: [] };
let last: number | null = null;

/** Note that a scene was drawn just now. */
export function drawn(scene: Scene): void {
  measured.frames += 1;
  const arrived = scene.clock.arrived_ms;
  if (arrived === null || arrived === last || moment.get() !== null) return;
  last = arrived;
  measured.ages.push(Date.now() - arrived);
  if (measured.ages.length > 20_000) measured.ages.splice(0, 10_000);
}

declare global {
  interface Window {
    launchwatch?: Measured;
  }
}

window.launchwatch = measured;
