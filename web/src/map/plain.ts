// The plain renderer: two canvases, no GPU. The ground is drawn as the camera moves, what flies
// over it as the scene does, both at most once per frame of the screen.

import { colours, faint } from '../look/colours';
import { camera as cameraCell, language, look } from '../state';
import { drawAir } from './air';
import { projector, type Camera, type Projector } from './camera';
import { earth, scaleFor, type Earth } from './earth';
import { paint, sphere, type Ground, type Painted } from './ground';
import { drawSigns, type Hit } from './signs';
import { load, provinces, zones } from './stills';
import type { Renderer, View } from './renderer';
import type { Scene } from '../scene/scene';
import type { Colours } from '../look/colours';

export interface Plain extends Renderer {
  hits(): readonly Hit[];
}

export function plain(box: HTMLElement, whenDrawn: (scene: Scene) => void): Plain {
  const [below, above] = [sheetOf(box, 'ground'), sheetOf(box, 'air')];
  let [width, height] = [box.clientWidth || 300, box.clientHeight || 200];
  let view: View | null = null;
  let world: Earth | null = null;
  let coarse: Earth | null = null;
  let asked = 0;
  let groundKey: unknown[] = [];
  let hits: Hit[] = [];
  let isMoving = 0;
  let isClosed = false;
  let said: () => void = () => {};
  const ready = new Promise<void>((resolve) => (said = resolve));

  const ask = () => {
    if (!asked && !isClosed) asked = requestAnimationFrame(frame);
  };

  const still = () => {
    isMoving = 0;
    groundKey = [];
    ask();
  };

  function frame() {
    asked = 0;
    if (!view || isClosed) return;
    const ink = colours();
    const { camera, layers, scene } = view;
    const claims = scene?.head.claims ?? '';
    const others = layers.has('claims') ? (scene?.head.other_claims ?? []) : [];
    const over = scene ? overlays(scene, view, ink) : [];
    const key = [
      camera,
      world,
      layers,
      look.get(),
      width,
      height,
      zones.get(),
      provinces.get(),
      claims,
      scene && calledKey(scene, view.launch),
      ...over.flatMap((one) => [one.shape, one.fill]),
    ];
    if (key.length !== groundKey.length || key.some((one, i) => one !== groundKey[i])) {
      const moved = camera !== groundKey[0] && groundKey.length > 0;
      groundKey = key;
      const ground: Ground = {
        // While it moves, the coarse Earth will do: the fine one takes ten times as long.
        earth: isMoving > 0 || moved ? (coarse ?? world) : world,
        zones: layers.has('zones') && !moved ? (zones.get().get(claims) ?? []) : [],
        claims: others.flatMap((one) => zones.get().get(one) ?? []),
        provinces: layers.has('provinces') && camera.zoom > 3.8 && !moved ? provinces.get() : [],
        over,
        called: scene && layers.has('zones') ? called(scene, view.launch, ink) : new Map(),
      };
      if (moved) {
        clearTimeout(isMoving);
        isMoving = window.setTimeout(still, 160);
      }
      paint(clean(below), camera, width, height, ground, ink, isMoving > 0);
      fetchFor(camera, claims ? [claims, ...others] : [], layers.has('provinces'));
    }
    const eye = projector(camera, width, height);
    const context = clean(above);
    if (scene) drawAir(context, eye, scene, view.launch, ink);
    hits = drawSigns(context, eye, view, ink, language.get(), zones.get().get(claims) ?? [], provinces.get(), furniture(width, height));
    if (scene) whenDrawn(scene);
    if (world && scene) said();
  }

  let wanted = 0;
  function fetchFor(camera: Camera, claims: readonly string[], withProvinces: boolean) {
    const scale = scaleFor(camera.zoom);
    if (scale !== wanted) {
      wanted = scale;
      earth(scale).then(
        (come) => {
          if (scale === wanted || !world) world = come;
          ask();
        },
        () => (wanted = 0),
      );
    }
    if (claims.length > 0) void load(claims, camera.zoom, withProvinces && camera.zoom > 3.8);
  }

  function clean(canvas: HTMLCanvasElement): CanvasRenderingContext2D {
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
    const context = canvas.getContext('2d')!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  }

  // Something to see at once, before the finer coast has come.
  void earth(110).then((come) => {
    world ??= come;
    coarse = come;
    ask();
  });
  const unwatch = [zones.watch(ask), provinces.watch(ask), look.watch(ask), language.watch(ask)];
  void document.fonts?.ready.then(ask);

  return {
    kind: 'plain',
    ready,
    draw(next) {
      view = next;
      ask();
    },
    resize(w, h) {
      [width, height] = [w, h];
      ask();
    },
    projector: (): Projector => projector(cameraCell.get(), width, height),
    hits: () => hits,
    close() {
      isClosed = true;
      for (const stop of unwatch) stop();
      below.remove();
      above.remove();
    },
  };
}

function sheetOf(box: HTMLElement, name: string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.className = `sheet ${name}`;
  box.append(canvas);
  return canvas;
}

/** Where tools and legend lie over the map, so that no word hides beneath them. */
export function furniture(width: number, height: number): [number, number, number, number][] {
  return [
    [0, 0, 56, 310],
    [0, height - 46, width > 720 ? 600 : 0, 46],
  ];
}

/** Zones about which something is called for a launch, with the colour of the call. */
export function called(scene: Scene, launch: string | null, ink: Colours): Map<string, string> {
  const made = new Map<string, string>();
  for (const row of scene.tables.verdicts.values()) {
    if (row.launch_id !== launch || !row.is_shown || row.claims !== scene.head.claims) continue;
    if (row.kind === 'high-seas') continue;
    if (row.verdict === 'inside') made.set(row.zone, ink.fall);
    else if (row.verdict === 'too-close-to-call') made.set(row.zone, ink.announced);
  }
  return made;
}

export function calledKey(scene: Scene, launch: string | null): string {
  return [...called(scene, launch, { fall: 'i', announced: 't' } as Colours)].join(';');
}

/** Coverage and announced areas, over the ground. */
function overlays(scene: Scene, view: View, ink: Colours): Painted[] {
  const made: Painted[] = [];
  if (view.layers.has('coverage')) {
    for (const [, sensor] of scene.tables.sensors) {
      const row = sensor.coverage ? scene.tables.coverages.get(sensor.coverage) : undefined;
      if (!row) continue;
      const isWell = sensor.status === 'heard' || sensor.status === 'orderly';
      made.push({
        shape: sphere(row.shape),
        fill: faint(ink.sensor, isWell ? 0.05 : 0.02),
        stroke: faint(isWell ? ink.sensor : ink.danger, 0.45),
        width: 1,
        dash: isWell ? [] : [2, 5],
      });
    }
  }
  if (view.layers.has('announced')) {
    for (const row of scene.tables.announced.values()) {
      const now = scene.clock.time_ms;
      const inForce = row.windows_ms.some(([from, to]) => from <= now && now <= to);
      made.push({
        shape: sphere(row.shape),
        fill: faint(ink.announced, inForce ? 0.1 : 0.03),
        stroke: faint(ink.announced, inForce ? 0.9 : 0.5),
        width: 1.2,
        dash: [8, 3, 2, 3],
      });
    }
  }
  return made;
}

