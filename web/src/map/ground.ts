// The ground on plain canvas: sea, land, zones, provinces; drawn anew only as the camera moves.

import { geoGraticule, geoOrthographic, geoPath, type GeoPath, type GeoPermissibleObjects } from 'd3-geo';
import type { Colours } from '../look/colours';
import { faint } from '../look/colours';
import { affine, eulers, radius, rotation, type Camera } from './camera';
import { sheet, type Sheet, type Sheets } from './earth';
import type { ProvinceFeature, ZoneFeature } from './stills';
import type { Shape } from '../scene/format';
import type { Sphere } from './world';

/** A shape with how it is to be painted. */
export interface Painted {
  shape: GeoPermissibleObjects;
  fill?: string;
  stroke?: string;
  width?: number;
  dash?: number[];
}

export interface Ground {
  /** The Earth for the flat map, and for the globe. */
  sheets: Sheets | null;
  sphere: Sphere | null;
  zones: readonly ZoneFeature[];
  claims: readonly ZoneFeature[];
  provinces: readonly ProvinceFeature[];
  /** Coverage, announced areas and the like, over land and zones. */
  over: readonly Painted[];
  /** Zones about which something is called, painted stronger. */
  called: ReadonlyMap<string, string>;
}

const graticule = geoGraticule().step([10, 10])();

/** Areas of a scene come outer rings counterclockwise; d3 wants clockwise on the sphere. */
const turned = new WeakMap<Shape, GeoPermissibleObjects>();

export function sphere(shape: Shape): GeoPermissibleObjects {
  const before = turned.get(shape);
  if (before) return before;
  const made: GeoPermissibleObjects = {
    type: 'MultiPolygon',
    coordinates: shape.map((rings) =>
      rings.map((ring) => ring.map(([x, y]) => [x, y]).reverse()),
    ),
  };
  turned.set(shape, made);
  return made;
}

const reversed = new WeakMap<object, GeoPermissibleObjects>();

/** The same for an area read as GeoJSON. */
export function wound(area: ZoneFeature['area']): GeoPermissibleObjects {
  const before = reversed.get(area);
  if (before) return before;
  const shape = area.geometry;
  const parts = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates;
  const made: GeoPermissibleObjects = {
    type: 'MultiPolygon',
    coordinates: parts.map((rings) => rings.map((ring) => [...ring].reverse())),
  };
  reversed.set(area, made);
  return made;
}

const flatShape = new WeakMap<object, Sheet>();

function flatOf(shape: object): Sheet {
  let made = flatShape.get(shape);
  if (!made) {
    made = sheet(shape as GeoPermissibleObjects);
    flatShape.set(shape, made);
  }
  return made;
}

export function paint(
  context: CanvasRenderingContext2D,
  camera: Camera,
  width: number,
  height: number,
  ground: Ground,
  colours: Colours,
  isSimple: boolean,
): void {
  if (camera.shape === 'globe') globe(context, camera, width, height, ground, colours, isSimple);
  else flat(context, camera, width, height, ground, colours);
}

function flat(
  context: CanvasRenderingContext2D,
  camera: Camera,
  width: number,
  height: number,
  ground: Ground,
  colours: Colours,
): void {
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, width, height);
  const { worldSize, matrix } = affine(camera, width, height);
  const back = matrix.inverse();
  const corners = [
    [0, 0],
    [width, 0],
    [0, height],
    [width, height],
  ].map(([x, y]) => back.transformPoint({ x: x!, y: y! }));
  const west = Math.min(...corners.map((one) => one.x));
  const east = Math.max(...corners.map((one) => one.x));
  const north = Math.min(...corners.map((one) => one.y));
  const south = Math.max(...corners.map((one) => one.y));
  const copies: number[] = [];
  for (let copy = Math.floor(west); copy <= Math.floor(east); copy += 1) copies.push(copy);

  const each = (one: Sheet, use: (path: Path2D) => void) => {
    const [w, n, e, s] = one.box;
    for (const copy of copies) {
      if (e + copy < west || w + copy > east || s < north || n > south) continue;
      const path = new Path2D();
      path.addPath(one.path, affine(camera, width, height, copy).matrix);
      use(path);
    }
  };
  const stroke = (one: Sheet, colour: string, line: number, dash: number[] = []) =>
    each(one, (path) => {
      context.strokeStyle = colour;
      context.lineWidth = line;
      context.setLineDash(dash);
      context.stroke(path);
    });
  const fill = (one: Sheet, colour: string) =>
    each(one, (path) => {
      context.fillStyle = colour;
      context.fill(path, 'evenodd');
    });

  context.lineJoin = 'round';
  stroke(flatOf(graticule), colours.graticule, 1);
  for (const zone of ground.zones) zoneFill(zone, ground, colours, (colour) => fill(flatOf(wound(zone.area)), colour));
  const drawn = ground.sheets;
  if (drawn) {
    for (const one of drawn.land) fill(one, colours.land);
    for (const one of ground.over) if (one.fill) fill(flatOf(one.shape), one.fill);
    for (const one of ground.provinces) {
      stroke(flatOf(one.edge), faint(colours.province, camera.zoom > 5 ? 0.9 : 0.55), 0.7);
    }
    for (const one of drawn.borders) stroke(one, colours.border, worldSize > 9e3 ? 1.2 : 0.8);
    for (const one of drawn.coast) stroke(one, colours.coast, 1);
  }
  for (const zone of ground.claims) zoneEdge(zone, ground, colours, true, (...how) => stroke(flatOf(zone.edge), ...how));
  const isFar = camera.zoom < 4;
  for (const zone of ground.zones) {
    if (isFar && zone.kind === 'territorial-sea') continue;
    zoneEdge(zone, ground, colours, false, (...how) => stroke(flatOf(zone.edge), ...how));
  }
  for (const one of ground.over) {
    if (one.stroke) stroke(flatOf(one.shape), one.stroke, one.width ?? 1, one.dash);
  }
  context.setLineDash([]);
}

function globe(
  context: CanvasRenderingContext2D,
  camera: Camera,
  width: number,
  height: number,
  ground: Ground,
  colours: Colours,
  isSimple: boolean,
): void {
  context.fillStyle = colours.sea;
  context.fillRect(0, 0, width, height);
  const r = radius(camera);
  const y = height / 2 + Math.sin((camera.tilt * Math.PI) / 180) * r;
  const projection = geoOrthographic()
    .scale(r)
    .translate([width / 2, y])
    .rotate(eulers(rotation(camera)))
    .clipAngle(90)
    .precision(isSimple ? 1.5 : 0.5)
    .clipExtent([
      [-40, -40],
      [width + 40, height + 40],
    ]);
  const path: GeoPath = geoPath(projection, context);
  const stroke = (shape: GeoPermissibleObjects, colour: string, line: number, dash: number[] = []) => {
    context.beginPath();
    path(shape);
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.setLineDash(dash);
    context.stroke();
  };
  const fill = (shape: GeoPermissibleObjects, colour: string) => {
    context.beginPath();
    path(shape);
    context.fillStyle = colour;
    context.fill('evenodd');
  };
  context.lineJoin = 'round';
  fill({ type: 'Sphere' }, colours.sea);
  if (!isSimple) stroke(graticule, colours.graticule, 1);
  for (const zone of ground.zones) zoneFill(zone, ground, colours, (colour) => fill(wound(zone.area), colour));
  if (ground.sphere) {
    fill(ground.sphere.land, colours.land);
    for (const one of ground.over) if (one.fill) fill(one.shape, one.fill);
    if (!isSimple) {
      for (const one of ground.provinces) stroke(one.edge, faint(colours.province, 0.55), 0.7);
      stroke(ground.sphere.borders, colours.border, 0.9);
    }
    stroke(ground.sphere.coast, colours.coast, 1);
  }
  if (!isSimple) {
    for (const zone of ground.claims) zoneEdge(zone, ground, colours, true, (...how) => stroke(zone.edge, ...how));
    for (const zone of ground.zones) {
      if (camera.zoom < 4 && zone.kind === 'territorial-sea') continue;
      zoneEdge(zone, ground, colours, false, (...how) => stroke(zone.edge, ...how));
    }
  }
  for (const one of ground.over) {
    if (one.stroke) stroke(one.shape, one.stroke, one.width ?? 1, one.dash);
  }
  context.setLineDash([]);
  stroke({ type: 'Sphere' }, colours.coast, 1.2);
}

/** How a zone is filled: only territorial seas and what something is called of. */
export function zoneFill(
  zone: ZoneFeature,
  ground: Pick<Ground, 'called'>,
  colours: Colours,
  fill: (colour: string) => void,
): void {
  const called = ground.called.get(zone.zone);
  if (called) fill(faint(called, 0.08));
  else if (zone.kind === 'territorial-sea') fill(faint(colours['zone-fill'], 0.16));
}

/** How a zone's edge is drawn; land has its coast already. */
export function zoneEdge(
  zone: ZoneFeature,
  ground: Pick<Ground, 'called'>,
  colours: Colours,
  isOther: boolean,
  stroke: (colour: string, width: number, dash?: number[]) => void,
): void {
  if (zone.kind === 'land' || zone.kind === 'internal-waters' || zone.kind === 'high-seas') return;
  const called = ground.called.get(zone.zone);
  if (isOther) stroke(faint(colours.claim, 0.6), 1, [3, 4]);
  else if (called) stroke(faint(called, 0.85), 1.2);
  else stroke(faint(colours.zone, zone.kind === 'eez' ? 0.55 : 0.4), zone.kind === 'eez' ? 1.1 : 0.8);
}
