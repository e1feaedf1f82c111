// What a renderer is, so that the page need not know which one it has.

import type { Scene } from '../scene/scene';
import type { Layer } from '../state';
import type { Camera, Projector } from './camera';

/** All that a picture depends on. */
export interface View {
  scene: Scene | null;
  launch: string | null;
  camera: Camera;
  layers: ReadonlySet<Layer>;
  /** A moment pointed at on a chart or the timeline, shown on the flights. */
  pointed: number | null;
}

export interface Renderer {
  readonly kind: 'plain' | 'rich';
  /** Draw at the next frame of the screen. */
  draw(view: View): void;
  resize(width: number, height: number): void;
  projector(): Projector;
  /** Resolved once something is to be seen. */
  readonly ready: Promise<void>;
  close(): void;
}
