// The plain renderer: no GPU. The ground is painted once the camera rests, and moved as a picture
// until then; what flies is drawn over it as the scene changes, at most once a frame of the screen.
// One opaque canvas: each further one, or one that is seen through, is a whole map to be blended.

import { colours, faint } from '../look/colours';
import { camera as cameraCell, language, look } from '../state';
import { drawAir } from './air';
import { affine, projector, type Camera, type Projector } from './camera';
import { scaleFor, sheets, sphere, type Scale } from './earth';
import { paint, sphere as onSphere, type Ground, type Painted } from './ground';
import { drawSigns, type Hit } from './signs';
import { load, provinces, zones, zonesBy } from './stills';
import type { Renderer, View } from './renderer';
import type { Scene } from '../scene/scene';
import type { Colours } from '../look/colours';

export interface Plain extends Renderer {
  hits(): readonly Hit[];
}

export function plain(box: HTMLElement, whenDrawn: (scene: Scene) => void): Plain {
  const sheet = document.createElement('canvas');
  sheet.className = 'sheet';
  box.append(sheet);
  const still = document.createElement('canvas');
  /** Which camera the still ground was painted for. */
  let stillFor: Camera | null = null;
  let before: Camera | null = null;
  let [width, height] = [box.clientWidth || 300, box.clientHeight || 200];
  let view: View | null = null;
  let earth: Pick<Ground, 'sheets' | 'sphere'> = { sheets: null, sphere: null };
  let coarse = earth;
  let asked = 0;
  let groundKey: unknown[] = [];
  let hits: Hit[] = [];
  let settling = 0;
  let isClosed = false;
  let said: () => void = () => {};
  const ready = new Promise<void>((resolve) => (said = resolve));

  const ask = () => {
    if (!asked && !isClosed) asked = requestAnimationFrame(frame);
  };

  const settle = () => {
    settling = 0;
    ask();
  };

  function frame() {
    asked = 0;
    if (!view || isClosed) return;
    const ink = colours();
    const { camera, scene } = view;
    const context = clean(sheet, width, height);
    if (camera !== before && stillFor) {
      clearTimeout(settling);
      settling = window.setTimeout(settle, SETTLED);
      if (stillFor.shape !== camera.shape) stillFor = null;
    }
    before = camera;
    if (settling > 0 && stillFor !== camera) moving(context, view, ink);
    else {
      ground(view, ink);
      context.drawImage(still, 0, 0, width, height);
    }
    const eye = projector(camera, width, height);
    const own = zonesBy(scene?.head.claims ?? '');
    if (scene) drawAir(context, eye, scene, view.launch, ink);
    hits = drawSigns(context, eye, view, ink, language.get(), own, provinces.get(), furniture(width, height));
    if (scene) whenDrawn(scene);
    if ((coarse.sheets || coarse.sphere) && scene) said();
  }

  /** Paint the still ground where anything of it is new, in all its detail. */
  function ground(now: View, ink: Colours): void {
    const { camera, layers, scene } = now;
    const claims = scene?.head.claims ?? '';
    const others = layers.has('claims') ? (scene?.head.other_claims ?? []) : [];
    const over = scene ? overlays(scene, now, ink) : [];
    const key = [
      camera,
      earth,
      layers,
      look.get(),
      width,
      height,
      zones.get(),
      provinces.get(),
      claims,
      scene && calledKey(scene, now.launch),
      ...over.flatMap((one) => [one.shape, one.fill]),
    ];
    if (key.length === groundKey.length && key.every((one, i) => one === groundKey[i])) return;
    groundKey = key;
    stillFor = camera;
    const all: Ground = {
      ...earth,
      zones: layers.has('zones') ? zonesBy(claims) : [],
      claims: others.flatMap((one) => zones.get().get(one) ?? []),
      provinces: layers.has('provinces') && camera.zoom > 3.8 ? provinces.get() : [],
      over,
      called: scene && layers.has('zones') ? called(scene, now.launch, ink) : new Map(),
    };
    paint(clean(still, width, height), camera, width, height, all, ink, false);
    fetchFor(camera, claims ? [claims, ...others] : [], layers.has('provinces'));
  }

  /** While the camera moves, the coarse Earth will do, and the still ground where it lies now. */
  function moving(context: CanvasRenderingContext2D, now: View, ink: Colours): void {
    const { camera } = now;
    const nothing = { zones: [], claims: [], provinces: [], over: [], called: new Map() };
    const isFlat = camera.shape === 'flat' && stillFor !== null;
    const onto = isFlat ? affine(camera, width, height).matrix.multiply(affine(stillFor!, width, height).matrix.inverse()) : null;
    if (!onto || !covers(onto, width, height)) {
      const base = camera.shape === 'flat' ? (coarse.sheets ? coarse : earth) : coarse.sphere ? coarse : earth;
      paint(context, camera, width, height, { ...base, ...nothing }, ink, true);
    }
    if (!onto) return;
    context.save();
    context.transform(onto.a, onto.b, onto.c, onto.d, onto.e, onto.f);
    context.imageSmoothingQuality = 'low';
    context.drawImage(still, 0, 0, width, height);
    context.restore();
  }

  let wanted = '';
  function fetchFor(camera: Camera, claims: readonly string[], withProvinces: boolean) {
    const scale = scaleFor(camera.zoom);
    const name = `${camera.shape} ${scale}`;
    if (name !== wanted) {
      wanted = name;
      fetchEarth(camera.shape, scale).then(
        (come) => {
          if (name === wanted) earth = come;
          ask();
        },
        () => (wanted = ''),
      );
    }
    if (claims.length > 0) void load(claims, camera, width, height, withProvinces && camera.zoom > 3.8);
  }

  // Something to see at once, before the finer coast has come.
  function begin(): void {
    void fetchEarth(cameraCell.get().shape, 110).then((come) => {
      coarse = { ...coarse, ...(come.sheets ? { sheets: come.sheets } : { sphere: come.sphere }) };
      if (!earth.sheets && !earth.sphere) earth = come;
      ask();
    });
  }
  begin();
  let shape = cameraCell.get().shape;
  const unwatch = [
    zones.watch(ask),
    provinces.watch(ask),
    look.watch(ask),
    language.watch(ask),
    cameraCell.watch((now) => {
      if (now.shape === shape) return;
      shape = now.shape;
      earth = { sheets: coarse.sheets, sphere: coarse.sphere };
      if (shape === 'flat' ? !coarse.sheets : !coarse.sphere) begin();
    }),
  ];
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
      clearTimeout(settling);
      for (const stop of unwatch) stop();
      sheet.remove();
    },
  };
}

/** Milliseconds that the camera must rest before the ground is painted in all its detail. */
const SETTLED = 160;

async function fetchEarth(shape: Camera['shape'], scale: Scale): Promise<Pick<Ground, 'sheets' | 'sphere'>> {
  return shape === 'flat' ? { sheets: await sheets(scale), sphere: null } : { sheets: null, sphere: await sphere(scale) };
}

/** Fit a canvas to its place and clear it; drawn by the processor, as this view is for machines
 * without a GPU: there, one that plays it takes forty times as long over a coast. */
function clean(canvas: HTMLCanvasElement, width: number, height: number): CanvasRenderingContext2D {
  const ratio = Math.min(window.devicePixelRatio || 1, 2);
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) [canvas.width, canvas.height] = [w, h];
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true })!;
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  return context;
}

/** Whether a picture, moved, still fills the view. */
function covers(onto: DOMMatrix, width: number, height: number): boolean {
  const back = onto.inverse();
  return [0, width].every((x) =>
    [0, height].every((y) => {
      const at = back.transformPoint({ x, y });
      return at.x >= 0 && at.x <= width && at.y >= 0 && at.y <= height;
    }),
  );
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
        shape: onSphere(row.shape),
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
        shape: onSphere(row.shape),
        fill: faint(ink.announced, inForce ? 0.1 : 0.03),
        stroke: faint(ink.announced, inForce ? 0.9 : 0.5),
        width: 1.2,
        dash: [8, 3, 2, 3],
      });
    }
  }
  return made;
}

