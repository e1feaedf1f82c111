// Moving the camera: by pointer, wheel, touch and keys, over whichever renderer there is.

import { camera, chosen, shown } from '../state';
import { launchOf, fallsOf, type Scene } from '../scene/scene';
import { projector as plainly, seeing, within, type Camera, type Projector } from './camera';
import { columnsOf } from './shapes';

let [width, height] = [800, 600];
let through: ((camera: Camera) => Projector) | null = null;

/** Move as a renderer sees it; null goes back to the plain view's way. */
export function projectWith(renderer: ((camera: Camera) => Projector) | null): void {
  through = renderer;
}

function projector(camera: Camera, wide: number, tall: number): Projector {
  return through ? through(camera) : plainly(camera, wide, tall);
}

export function sized(w: number, h: number): void {
  [width, height] = [w, h];
}

export function zoomBy(by: number, x = width / 2, y = height / 2): void {
  const now = camera.get();
  const under = projector(now, width, height).unproject(x, y);
  const next = within({ ...now, zoom: now.zoom + by });
  camera.set(next);
  if (under) hold(under, x, y);
}

/** Move the camera so that a place on Earth lies under a pixel. */
function hold(place: readonly [number, number], x: number, y: number): void {
  for (let turn = 0; turn < 2; turn += 1) {
    const now = camera.get();
    const there = projector(now, width, height).unproject(x, y);
    if (!there) return;
    camera.set(
      within({
        ...now,
        longitude: now.longitude + (((place[0] - there[0] + 540) % 360) - 180),
        latitude: now.latitude + place[1] - there[1],
      }),
    );
  }
}

export function moveBy(dx: number, dy: number): void {
  const now = camera.get();
  const next = projector(now, width, height).unproject(width / 2 + dx, height / 2 + dy);
  if (next) camera.set(within({ ...now, longitude: next[0], latitude: next[1] }));
}

/** Show the whole flight of the launch that is looked at, or else where to look at first. */
export function fit(): void {
  const scene = shown.get();
  if (!scene) return;
  const now = camera.get();
  const box = boxOf(scene, launchOf(scene, chosen.get())) ?? scene.head.view;
  const next = seeing(box, width * 0.86, height * 0.78, now);
  camera.set(now.shape === 'globe' ? { ...next, zoom: Math.min(next.zoom, 4.2) } : next);
}

/** Move to some places, unless all of them are well in sight. */
export function see(places: readonly (readonly [number, number])[]): void {
  if (places.length === 0) return;
  const now = camera.get();
  const eye = projector(now, width, height);
  const isWell = places.every(([longitude, latitude]) => {
    const { x, y, seen } = eye.project(longitude, latitude, 0);
    return seen && x > width * 0.08 && x < width * 0.92 && y > height * 0.1 && y < height * 0.9;
  });
  if (isWell) return;
  const first = places[0]!;
  const west = places.map(([x]) => first[0] + (((x - first[0] + 540) % 360) - 180));
  const north = places.map(([, y]) => y);
  const pad = 3;
  const wrap = (x: number) => ((((x + 180) % 360) + 360) % 360) - 180;
  const box = [wrap(Math.min(...west) - pad), Math.min(...north) - pad, wrap(Math.max(...west) + pad), Math.max(...north) + pad] as const;
  camera.set(seeing(box, width * 0.8, height * 0.7, now));
}

function boxOf(scene: Scene, launch: string | null): [number, number, number, number] | null {
  const row = launch === null ? undefined : scene.tables.launches.get(launch);
  if (!row) return null;
  const at = columnsOf(scene);
  const points: (readonly [number, number])[] = [row.place];
  for (const id of row.track_ids) {
    const track = scene.tables.tracks.get(id);
    if (track?.is_known) {
      points.push([track.place[0], track.place[1]]);
      for (const point of scene.trails.tracks.get(id) ?? []) points.push([point[at.longitude]!, point[at.latitude]!]);
    }
  }
  for (const [, fall] of fallsOf(scene, launch)) {
    points.push(fall.place);
    for (const part of fall.region_95) for (const one of part[0] ?? []) points.push(one);
  }
  // Longitudes relative to the launch point, so that a flight over 180 degrees stays in one piece.
  const west = points.map(([x]) => row.place[0] + (((x - row.place[0] + 540) % 360) - 180));
  const north = points.map(([, y]) => y);
  const pad = 1.6;
  const wrap = (x: number) => ((((x + 180) % 360) + 360) % 360) - 180;
  return [wrap(Math.min(...west) - pad), Math.min(...north) - pad, wrap(Math.max(...west) + pad), Math.max(...north) + pad];
}

/** Listen to pointer, wheel and touch on the map's box. */
export function listenToPointers(box: HTMLElement): () => void {
  const fingers = new Map<number, { x: number; y: number }>();
  let pinch = 0;
  const where = (event: PointerEvent | WheelEvent) => {
    const around = box.getBoundingClientRect();
    return { x: event.clientX - around.left, y: event.clientY - around.top };
  };
  const down = (event: PointerEvent) => {
    if ((event.target as HTMLElement).closest('button, .over')) return;
    fingers.set(event.pointerId, where(event));
    box.setPointerCapture(event.pointerId);
    box.classList.add('dragging');
  };
  const move = (event: PointerEvent) => {
    const before = fingers.get(event.pointerId);
    if (!before) return;
    const now = where(event);
    if (fingers.size === 1) {
      if (event.buttons === 2 || event.ctrlKey) {
        const one = camera.get();
        camera.set(within({ ...one, bearing: one.bearing + (now.x - before.x) * 0.4, tilt: one.tilt - (now.y - before.y) * 0.4 }));
      } else {
        const under = projector(camera.get(), width, height).unproject(before.x, before.y);
        if (under) hold(under, now.x, now.y);
      }
      fingers.set(event.pointerId, now);
      return;
    }
    fingers.set(event.pointerId, now);
    const [a, b] = [...fingers.values()];
    const apart = Math.hypot(a!.x - b!.x, a!.y - b!.y);
    if (pinch > 0) zoomBy(Math.log2(apart / pinch), (a!.x + b!.x) / 2, (a!.y + b!.y) / 2);
    pinch = apart;
  };
  const up = (event: PointerEvent) => {
    fingers.delete(event.pointerId);
    pinch = 0;
    if (fingers.size === 0) box.classList.remove('dragging');
  };
  const wheel = (event: WheelEvent) => {
    if ((event.target as HTMLElement).closest('.over')) return;
    event.preventDefault();
    const { x, y } = where(event);
    zoomBy(-Math.max(Math.min(event.deltaY, 200), -200) / 300, x, y);
  };
  const menu = (event: Event) => event.preventDefault();
  box.addEventListener('pointerdown', down);
  box.addEventListener('pointermove', move);
  box.addEventListener('pointerup', up);
  box.addEventListener('pointercancel', up);
  box.addEventListener('wheel', wheel, { passive: false });
  box.addEventListener('contextmenu', menu);
  return () => {
    box.removeEventListener('pointerdown', down);
    box.removeEventListener('pointermove', move);
    box.removeEventListener('pointerup', up);
    box.removeEventListener('pointercancel', up);
    box.removeEventListener('wheel', wheel);
    box.removeEventListener('contextmenu', menu);
  };
}
