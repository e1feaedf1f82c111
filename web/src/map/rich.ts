// The rich renderer: MapLibre draws the ground, flat or round; deck.gl what flies over it, with
// its height; signs and words lie over both, the same as in the plain view.
//
// The camera is the page's own. MapLibre listens to no pointer: it is told where to look.

import { _GlobeView as GlobeView, MapView, type Layer, type Viewport } from '@deck.gl/core';
import { LineLayer, PathLayer, ScatterplotLayer, SolidPolygonLayer } from '@deck.gl/layers';
import { MapLibreOverlay } from '@deck.gl/maplibre';
import type { Feature, FeatureCollection, Geometry } from 'geojson';
import * as maplibregl from 'maplibre-gl';
import 'maplibre-gl/dist/maplibre-gl.css';
import workerUrl from 'maplibre-gl/dist/maplibre-gl-worker.mjs?url';
import type { GeoPermissibleObjects } from 'd3-geo';
import { colours, rgba, type Colours } from '../look/colours';
import type { Shape } from '../scene/format';
import type { Scene } from '../scene/scene';
import { camera as cameraCell, language, look } from '../state';
import { ability } from './ability';
import type { Camera, Projector } from './camera';
import { polygonsOf } from './cutting';
import { plane, scaleFor } from './earth';
import { wound } from './ground';
import { projectWith } from './moving';
import { called, furniture } from './plain';
import type { Renderer, View } from './renderer';
import { dashes, flightsOf, length, ringOf, type Air, type Flight } from './shapes';
import { drawSigns, type Hit } from './signs';
import { load, provinces, zones, zonesBy, type ZoneFeature } from './stills';
import type { Plane } from './world';

export interface Rich extends Renderer {
  hits(): readonly Hit[];
}

const NONE: FeatureCollection = { type: 'FeatureCollection', features: [] };

/** What lies on the ground, by source; each is set only as it changes. */
const SOURCES = ['land', 'coast', 'borders', 'provinces', 'zones', 'edges', 'claims', 'over', 'falls'] as const;
type Source = (typeof SOURCES)[number];

export async function rich(box: HTMLElement, whenDrawn: (scene: Scene) => void): Promise<Rich> {
  maplibregl.setWorkerUrl(new URL(workerUrl, location.href).href);
  maplibregl.setWorkerCount(1);
  const around = document.createElement('div');
  around.className = 'sheet rich';
  box.append(around);
  const signs = document.createElement('canvas');
  signs.className = 'sheet';
  box.append(signs);
  let [width, height] = [box.clientWidth || 300, box.clientHeight || 200];
  let view: View | null = null;
  let world: Plane | null = null;
  let hits: Hit[] = [];
  let isClosed = false;
  let hasDrawn = false;
  let asked = 0;

  const map = new maplibregl.Map({
    container: around,
    style: style(colours()),
    interactive: false,
    attributionControl: false,
    fadeDuration: 0,
    renderWorldCopies: true,
    maxPitch: 60,
    canvasContextAttributes: { antialias: !ability().isSoft },
    pixelRatio: ability().isSoft ? 1 : Math.min(window.devicePixelRatio || 1, 2),
    ...place(cameraCell.get()),
  });
  const overlay = new MapLibreOverlay({ interleaved: true, layers: [] });
  try {
    await new Promise<void>((resolve, reject) => {
      map.once('load', () => resolve());
      map.once('error', (event) => reject(new Error(event.error.message)));
      window.setTimeout(() => reject(new Error('the map took too long')), 20_000);
    });
    map.addControl(overlay);
  } catch (error) {
    map.remove();
    around.remove();
    signs.remove();
    throw error;
  }

  let shape = 'flat';
  function look_(camera: Camera): void {
    if (camera.shape !== shape) {
      shape = camera.shape;
      map.setProjection({ type: shape === 'globe' ? 'globe' : 'mercator' });
    }
    map.jumpTo(place(camera));
  }

  function projector(camera: Camera): Projector {
    const isGlobe = camera.shape === 'globe';
    const eye: Viewport = (isGlobe ? new GlobeView({ id: 'signs' }) : new MapView({ id: 'signs' })).makeViewport({
      width,
      height,
      viewState: { longitude: camera.longitude, latitude: camera.latitude, zoom: camera.zoom, bearing: camera.bearing, pitch: camera.tilt },
    })!;
    const scale = (512 * 2 ** camera.zoom) / (40_075_017 * Math.cos((camera.latitude * Math.PI) / 180));
    const front = isGlobe ? horizon(camera) : null;
    return {
      camera,
      width,
      height,
      scale,
      project(longitude, latitude, up) {
        const near = isGlobe ? longitude : camera.longitude + (((longitude - camera.longitude + 540) % 360) - 180);
        const [x = 0, y = 0] = eye.project([near, latitude, up]);
        return { x, y, seen: front ? front(longitude, latitude, up) : true };
      },
      unproject(x, y) {
        const [longitude = NaN, latitude = NaN] = eye.unproject([x, y]);
        return Number.isFinite(longitude) && Number.isFinite(latitude) ? [longitude, latitude] : null;
      },
    };
  }

  const held = new Map<Source, unknown[]>();
  function put(source: Source, key: unknown[], make: () => Feature[]): void {
    const before = held.get(source);
    if (before && before.length === key.length && key.every((one, i) => one === before[i])) return;
    held.set(source, key);
    (map.getSource(source) as maplibregl.GeoJSONSource | undefined)?.setData({ type: 'FeatureCollection', features: make() });
  }

  let inked = '';
  function frame(): void {
    asked = 0;
    if (!view || isClosed) return;
    const ink = colours();
    if (inked !== look.get()) {
      inked = look.get();
      repaint(map, ink);
      held.clear();
    }
    const { camera, scene, layers, launch } = view;
    look_(camera);
    ground(view, ink);
    overlay.setProps({ layers: scene ? flying(scene, launch, ink, camera) : [] });
    const ratio = Math.min(window.devicePixelRatio || 1, 2);
    const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (signs.width !== w || signs.height !== h) [signs.width, signs.height] = [w, h];
    const context = signs.getContext('2d', { willReadFrequently: ability().isSoft })!;
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    hits = drawSigns(context, projector(camera), view, ink, language.get(), zonesBy(scene?.head.claims ?? ''), provinces.get(), furniture(width, height));
    if (scene) {
      hasDrawn = true;
      whenDrawn(scene);
    }
    const claims = scene?.head.claims ?? '';
    const others = layers.has('claims') ? (scene?.head.other_claims ?? []) : [];
    if (claims) void load([claims, ...others], camera, width, height, layers.has('provinces') && camera.zoom > 3.8);
    fetchEarth(camera);
  }

  function ground(now: View, ink: Colours): void {
    const { scene, layers, launch, camera } = now;
    if (world) {
      const one = world;
      put('land', [one], () => [feature(one.land)]);
      put('coast', [one], () => [feature(one.coast)]);
      put('borders', [one], () => [feature(one.borders)]);
    }
    const withProvinces = layers.has('provinces') && camera.zoom > 3.8;
    put('provinces', [withProvinces, provinces.get()], () => (withProvinces ? provinces.get().map((one) => feature(one.edge)) : []));
    const own = layers.has('zones') ? zonesBy(scene?.head.claims ?? '') : [];
    const calls = scene && layers.has('zones') ? called(scene, launch, ink) : new Map<string, string>();
    const callKey = [...calls].join(';');
    put('zones', [own, callKey], () => own.flatMap((zone) => zoneArea(zone, calls, ink)));
    put('edges', [own, callKey], () => own.flatMap((zone) => zoneLine(zone, calls, ink)));
    const others = layers.has('claims') ? (scene?.head.other_claims ?? []) : [];
    put('claims', [zones.get(), ...others], () => others.flatMap((one) => (zones.get().get(one) ?? []).filter(isDrawn).map((zone) => feature(zone.edge))));
    const over = scene ? overlays(scene, now, ink) : [];
    put('over', over.flatMap((one) => [one.shape, one.fill, one.line]), () => over.map((one) => area(one.shape, one)));
    const falls = scene ? fallAreas(scene, launch, ink) : [];
    put('falls', falls.flatMap((one) => [one.shape, one.fill, one.line]), () => falls.map((one) => area(one.shape, one)));
  }

  let wanted = 0;
  function fetchEarth(camera: Camera): void {
    const scale = scaleFor(camera.zoom);
    if (scale === wanted) return;
    wanted = scale;
    plane(scale).then(
      (come) => {
        if (scale === wanted || !world) world = come;
        ask();
      },
      () => (wanted = 0),
    );
  }

  // A frame is begun once the GPU has done the one before: else slow ones pile up unseen.
  let fence: WebGLSync | null = null;
  const gl = map.getCanvas().getContext('webgl2');
  map.on('render', () => {
    if (gl && !fence) fence = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
  });
  const isBusy = (): boolean => {
    if (!gl || !fence) return false;
    const state = gl.clientWaitSync(fence, gl.SYNC_FLUSH_COMMANDS_BIT, 0);
    if (state === gl.TIMEOUT_EXPIRED) return true;
    gl.deleteSync(fence);
    fence = null;
    return false;
  };
  const begin = () => {
    if (isClosed) return;
    if (isBusy()) asked = window.setTimeout(begin, 12);
    else asked = requestAnimationFrame(frame);
  };
  const ask = () => {
    if (!asked && !isClosed) begin();
  };

  world = await plane(110);
  const unwatch = [zones.watch(ask), provinces.watch(ask), look.watch(ask), language.watch(ask)];
  projectWith(projector);
  const ready = new Promise<void>((resolve) => {
    const note = () => {
      if (!hasDrawn) return;
      map.off('render', note);
      resolve();
    };
    map.on('render', note);
  });

  return {
    kind: 'rich',
    ready,
    draw(next) {
      view = next;
      ask();
    },
    resize(w, h) {
      [width, height] = [w, h];
      map.resize();
      ask();
    },
    projector: () => projector(cameraCell.get()),
    hits: () => hits,
    close() {
      isClosed = true;
      projectWith(null);
      for (const stop of unwatch) stop();
      map.remove();
      around.remove();
      signs.remove();
    },
  };
}

function place(camera: Camera) {
  return {
    center: [camera.longitude, camera.latitude] as [number, number],
    zoom: camera.zoom,
    bearing: camera.bearing,
    pitch: camera.tilt,
  };
}

function style(ink: Colours): maplibregl.StyleSpecification {
  const fill = (id: Source, paint: object): maplibregl.LayerSpecification => ({ id: `${id}-fill`, type: 'fill', source: id, paint });
  const line = (id: Source, paint: object): maplibregl.LayerSpecification => ({
    id: `${id}-line`,
    type: 'line',
    source: id,
    layout: { 'line-join': 'round' },
    paint,
  });
  const own = { 'fill-color': ['get', 'fill'], 'fill-opacity': ['get', 'strength'], 'fill-antialias': false };
  const ownLine = { 'line-color': ['get', 'line'], 'line-opacity': ['get', 'lineStrength'], 'line-width': ['get', 'width'] };
  return {
    version: 8,
    sources: Object.fromEntries(SOURCES.map((id) => [id, { type: 'geojson', data: NONE, tolerance: 0.2, maxzoom: 10 }])),
    layers: [
      { id: 'sea', type: 'background', paint: { 'background-color': ink.sea } },
      fill('zones', own),
      fill('land', { 'fill-color': ink.land, 'fill-antialias': false }),
      fill('over', own),
      line('provinces', { 'line-color': ink.province, 'line-width': 0.8 }),
      line('borders', { 'line-color': ink.border, 'line-width': 1 }),
      line('coast', { 'line-color': ink.coast, 'line-width': 1 }),
      line('claims', { 'line-color': ink.claim, 'line-width': 1, 'line-opacity': 0.7, 'line-dasharray': [3, 4] }),
      line('edges', ownLine),
      line('over', ownLine),
      fill('falls', own),
      line('falls', ownLine),
    ],
  };
}

function repaint(map: maplibregl.Map, ink: Colours): void {
  map.setPaintProperty('sea', 'background-color', ink.sea);
  map.setPaintProperty('land-fill', 'fill-color', ink.land);
  map.setPaintProperty('provinces-line', 'line-color', ink.province);
  map.setPaintProperty('borders-line', 'line-color', ink.border);
  map.setPaintProperty('coast-line', 'line-color', ink.coast);
  map.setPaintProperty('claims-line', 'line-color', ink.claim);
}

function feature(geometry: Geometry, properties: Record<string, unknown> = {}): Feature {
  return { type: 'Feature', geometry, properties };
}

interface Area {
  shape: Shape;
  fill: string;
  strength: number;
  line: string;
  lineStrength: number;
  width: number;
}

function area(shape: Shape, look: Area): Feature {
  const { fill, strength, line, lineStrength, width } = look;
  return feature({ type: 'MultiPolygon', coordinates: shape as unknown as number[][][][] }, { fill, strength, line, lineStrength, width });
}

function zoneArea(zone: ZoneFeature, calls: ReadonlyMap<string, string>, ink: Colours): Feature[] {
  const call = calls.get(zone.zone);
  if (!call && zone.kind !== 'territorial-sea') return [];
  const fill = call ?? ink['zone-fill'];
  return [feature(polygonsOf(wound(zone.area) as GeoPermissibleObjects), { fill, strength: call ? 0.08 : 0.16 })];
}

const isDrawn = (zone: ZoneFeature) => zone.kind !== 'land' && zone.kind !== 'internal-waters' && zone.kind !== 'high-seas';

function zoneLine(zone: ZoneFeature, calls: ReadonlyMap<string, string>, ink: Colours): Feature[] {
  if (!isDrawn(zone)) return [];
  const call = calls.get(zone.zone);
  const isWide = zone.kind === 'eez';
  return [feature(zone.edge, { line: call ?? ink.zone, lineStrength: call ? 0.85 : isWide ? 0.6 : 0.42, width: call ? 1.2 : isWide ? 1.1 : 0.8 })];
}

function overlays(scene: Scene, view: View, ink: Colours): Area[] {
  const made: Area[] = [];
  if (view.layers.has('coverage')) {
    for (const sensor of scene.tables.sensors.values()) {
      const row = sensor.coverage ? scene.tables.coverages.get(sensor.coverage) : undefined;
      const isWell = sensor.status === 'heard' || sensor.status === 'orderly';
      if (row) made.push({ shape: row.shape, fill: ink.sensor, strength: isWell ? 0.06 : 0.02, line: isWell ? ink.sensor : ink.danger, lineStrength: 0.5, width: 1 });
    }
  }
  if (view.layers.has('announced')) {
    const now = scene.clock.time_ms;
    for (const row of scene.tables.announced.values()) {
      const inForce = row.windows_ms.some(([from, to]) => from <= now && now <= to);
      made.push({ shape: row.shape, fill: ink.announced, strength: inForce ? 0.12 : 0.03, line: ink.announced, lineStrength: inForce ? 0.9 : 0.5, width: 1.2 });
    }
  }
  return made;
}

function fallAreas(scene: Scene, launch: string | null, ink: Colours): Area[] {
  const made: Area[] = [];
  for (const [name, row] of scene.tables.envelopes) {
    if (name === launch) made.push({ shape: row.shape, fill: ink.fall, strength: 0, line: ink.fall, lineStrength: 0.45, width: 1 });
  }
  for (const row of scene.tables.falls.values()) {
    const own = row.launch_id === launch ? 1 : 0.6;
    made.push({ shape: row.region_95, fill: ink.fall, strength: 0.17 * own, line: ink.fall, lineStrength: 0.9 * own, width: own === 1 ? 1.6 : 1 });
    if (row.region_50) made.push({ shape: row.region_50, fill: ink.fall, strength: 0.26 * own, line: ink.fall, lineStrength: 0, width: 0 });
  }
  for (const [name, row] of scene.tables.launches) {
    if (!row.is_withdrawn) made.push({ shape: row.shape, fill: ink.launch, strength: 0.12, line: ink.launch, lineStrength: name === launch ? 0.9 : 0.5, width: 1.2 });
  }
  return made;
}

/** True for what stands before the Earth's edge, as seen from far away. */
function horizon(camera: Camera): (longitude: number, latitude: number, up: number) => boolean {
  const RAD = Math.PI / 180;
  const [a, b] = [camera.latitude * RAD, camera.longitude * RAD];
  return (longitude, latitude, up) => {
    const cosine = Math.sin(a) * Math.sin(latitude * RAD) + Math.cos(a) * Math.cos(latitude * RAD) * Math.cos(longitude * RAD - b);
    const far = 1 + up / 6_371_000;
    return cosine > 0.12 || far * Math.sqrt(1 - cosine * cosine) > 1;
  };
}

/** The layers that fly: walls, lines, dashes, drop lines, doubts, heads. */
function flying(scene: Scene, launch: string | null, ink: Colours, camera: Camera): Layer[] {
  const flights = flightsOf(scene, launch);
  const own = flights.filter((one) => one.isChosen);
  const living = flights.filter((one) => one.row.status !== 'dropped');
  // Without this, lines straight up are culled where the Earth is round.
  const parameters = { cullMode: 'none' as const };
  const strength = (flight: Flight) => (flight.isChosen ? 1 : 0.55);
  const walls = own.flatMap((flight) => [
    ...quads(flight.past).map((polygon) => ({ polygon, colour: rgba(ink.track, 0.16) })),
    ...quads(flight.future).map((polygon) => ({ polygon, colour: rgba(ink.track, 0.06) })),
  ]);
  const dashed = flights.flatMap((flight) => {
    let whole = 0;
    for (let i = 1; i < flight.future.length; i += 1) whole += length(flight.future[i - 1]!, flight.future[i]!);
    // Dashes of some seven pixels, but never thousands of them.
    const dash = Math.max((7 * 40_075_017 * Math.cos((camera.latitude * Math.PI) / 180)) / (512 * 2 ** camera.zoom), whole / 400, 50);
    return dashes(flight.future, dash).map(([from, to]) => ({ from, to, colour: rgba(ink.track, 0.9 * strength(flight)) }));
  });
  return [
    new SolidPolygonLayer<(typeof walls)[number]>({
      id: 'walls',
      data: walls,
      getPolygon: (one) => one.polygon as never,
      getFillColor: (one) => one.colour,
      _full3d: true,
      parameters: { ...parameters, depthWriteEnabled: false },
    }),
    new PathLayer<Flight>({
      id: 'shadow',
      data: own,
      getPath: (one) => one.past.map(([x, y]) => [x, y, 0]) as never,
      getColor: rgba(ink.track, 0.4),
      getWidth: 1,
      widthUnits: 'pixels',
      parameters,
    }),
    new PathLayer<Flight>({
      id: 'past',
      data: flights,
      getPath: (one) => one.past as never,
      getColor: (one) => rgba(ink.track, strength(one)),
      getWidth: (one) => (one.isChosen ? 2.8 : 1.6),
      widthUnits: 'pixels',
      jointRounded: true,
      capRounded: true,
      billboard: true,
      parameters,
      updateTriggers: { getColor: [launch, ink], getWidth: launch },
    }),
    new LineLayer<(typeof dashed)[number]>({
      id: 'future',
      data: dashed,
      getSourcePosition: (one) => one.from as never,
      getTargetPosition: (one) => one.to as never,
      getColor: (one) => one.colour,
      getWidth: 1.8,
      widthUnits: 'pixels',
      parameters,
    }),
    new LineLayer<Flight>({
      id: 'drops',
      data: living,
      getSourcePosition: (one) => one.row.place as never,
      getTargetPosition: (one) => [one.row.place[0], one.row.place[1], 0],
      getColor: rgba(ink.track, 0.65),
      getWidth: 1.1,
      widthUnits: 'pixels',
      parameters,
    }),
    new PathLayer<Flight>({
      id: 'doubts',
      data: living,
      getPath: (one) => ringOf(one.row.place, one.row.ellipse_95).map(([x, y]) => [x, y, one.row.place[2]]) as never,
      getColor: rgba(ink.track, 0.75),
      getWidth: 1.2,
      widthUnits: 'pixels',
      parameters,
    }),
    new ScatterplotLayer<Flight>({
      id: 'heads',
      data: living,
      getPosition: (one) => one.row.place as never,
      getRadius: (one) => (one.isChosen ? 5 : 3.5),
      radiusUnits: 'pixels',
      billboard: true,
      stroked: true,
      lineWidthUnits: 'pixels',
      getLineWidth: 2,
      getFillColor: (one) => rgba(one.row.status === 'confirmed' ? ink.track : ink.surface),
      getLineColor: (one) => rgba(one.row.status === 'confirmed' ? ink.halo : ink.track),
      parameters: { ...parameters, depthCompare: 'always' },
    }),
  ];
}

/** The wall beneath a line in the air, a quadrangle a step; steps are thinned to some eighty. */
function quads(line: readonly Air[]): Air[][] {
  const made: Air[][] = [];
  const step = Math.max(1, Math.floor(line.length / 80));
  for (let i = 0; i + 1 < line.length; i += step) {
    const a = line[i]!;
    const b = line[Math.min(i + step, line.length - 1)]!;
    made.push([a, b, [b[0], b[1], 0], [a[0], a[1], 0], a]);
  }
  return made;
}
