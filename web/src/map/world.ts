// Natural Earth made ready to be drawn: as sheets for the flat map, on the sphere for the globe,
// and on the plane, cut at 180 degrees, for MapLibre. Works in any thread.

import type { Feature, Geometry, MultiLineString, MultiPolygon, Polygon } from 'geojson';
import { geoMercator, geoPath, type GeoPermissibleObjects } from 'd3-geo';
import { feature, mesh } from 'topojson-client';
import type { GeometryCollection, Topology } from 'topojson-specification';
import { linesOf, polygonsOf } from './cutting';

export type World = Topology<{ countries: GeometryCollection; land: GeometryCollection }>;

/** Land, coasts and borders on the sphere. */
export interface Sphere {
  land: Feature<MultiPolygon | Polygon>;
  coast: MultiLineString;
  borders: MultiLineString;
}

/** The same on the plane, for MapLibre. */
export interface Plane {
  land: MultiPolygon;
  coast: MultiLineString;
  borders: MultiLineString;
}

/** One polygon, or some lines near each other, on the flat map: Mercator, 0 to 1. */
export interface Outline {
  /** x, y of all points, line after line. */
  points: Float64Array;
  /** Where each line ends, counted in points. */
  ends: Uint32Array;
  isArea: boolean;
  box: readonly [number, number, number, number];
}

export interface Outlines {
  land: Outline[];
  coast: Outline[];
  borders: Outline[];
}

export function sphereOf(world: World): Sphere {
  const land = feature(world, world.objects.land);
  for (const shape of 'features' in land ? land.features : [land]) rightly(shape.geometry);
  return {
    land: ('features' in land ? land.features[0] : land) as Sphere['land'],
    coast: mesh(world, world.objects.countries as never, (a, b) => a === b),
    borders: mesh(world, world.objects.countries as never, (a, b) => a !== b),
  };
}

export function planeOf({ land, coast, borders }: Sphere): Plane {
  return { land: polygonsOf(land), coast: linesOf(coast), borders: linesOf(borders) };
}

/** Turn small rings that rounding has turned over: d3 takes such an island for all but itself. */
function rightly(shape: Geometry): void {
  const polygons = shape.type === 'MultiPolygon' ? shape.coordinates : shape.type === 'Polygon' ? [shape.coordinates] : [];
  for (const [outer] of polygons) {
    if (!outer) continue;
    let [west, east, twice] = [Infinity, -Infinity, 0];
    for (let i = 0; i < outer.length; i += 1) {
      const [x, y] = outer[i]! as [number, number];
      if (x < west) west = x;
      if (x > east) east = x;
      if (i > 0) twice += outer[i - 1]![0]! * y - x * outer[i - 1]![1]!;
    }
    if (east - west <= 90 && twice > 0) outer.reverse();
  }
}

/** Turn shapes on the sphere into outlines on the flat map, cut at 180° where they cross it. */
export function outlinesOf({ land, coast, borders }: Sphere): Outlines {
  return {
    land: polygons(land).map((one) => outline(one, true)),
    coast: grouped(coast).map((one) => outline(one, false)),
    borders: grouped(borders).map((one) => outline(one, false)),
  };
}

const unit = geoMercator()
  .translate([0.5, 0.5])
  .scale(1 / (2 * Math.PI))
  .precision(0);

/** Collects what d3 would draw. */
class Pen {
  readonly points: number[] = [];
  readonly ends: number[] = [];

  beginPath(): void {}
  arc(): void {}
  closePath(): void {}

  moveTo(x: number, y: number): void {
    if (this.points.length > 0) this.ends.push(this.points.length / 2);
    this.points.push(x, y);
  }

  lineTo(x: number, y: number): void {
    this.points.push(x, y);
  }
}

export function outline(shape: GeoPermissibleObjects, isArea: boolean): Outline {
  const pen = new Pen();
  geoPath(unit, pen as unknown as CanvasRenderingContext2D)(shape);
  const points = Float64Array.from(pen.points);
  const box: [number, number, number, number] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i < points.length; i += 2) {
    const [x, y] = [points[i]!, points[i + 1]!];
    if (x < box[0]) box[0] = x;
    if (y < box[1]) box[1] = y;
    if (x > box[2]) box[2] = x;
    if (y > box[3]) box[3] = y;
  }
  return { points, ends: Uint32Array.from([...pen.ends, points.length / 2]), isArea, box };
}

function polygons(land: Feature<MultiPolygon | Polygon>): Polygon[] {
  const shape = land.geometry;
  if (shape.type === 'Polygon') return [shape];
  return shape.coordinates.map((coordinates) => ({ type: 'Polygon', coordinates }));
}

/** Lines in bundles of about a hundred, so that what is far off need not be drawn. */
function grouped(lines: MultiLineString): MultiLineString[] {
  const groups = new Map<string, MultiLineString>();
  for (const line of lines.coordinates) {
    const [x = 0, y = 0] = line[0] ?? [];
    const key = `${Math.floor(x / 30)} ${Math.floor(y / 30)}`;
    const group = groups.get(key) ?? { type: 'MultiLineString', coordinates: [] };
    group.coordinates.push(line);
    groups.set(key, group);
  }
  return [...groups.values()];
}
