// Shapes on the sphere as GeoJSON on the plane, cut at 180 degrees, for MapLibre.

import { geoEquirectangular, geoPath, type GeoPermissibleObjects } from 'd3-geo';
import type { MultiLineString, MultiPolygon } from 'geojson';

const plane = geoEquirectangular()
  .scale(180 / Math.PI)
  .translate([0, 0])
  .reflectY(true)
  .precision(0);

/** Collects what d3 would draw. */
class Pen {
  readonly lines: [number, number][][] = [];
  private line: [number, number][] = [];

  beginPath(): void {}
  arc(): void {}

  moveTo(x: number, y: number): void {
    this.line = [[x, y]];
    this.lines.push(this.line);
  }

  lineTo(x: number, y: number): void {
    this.line.push([x, y]);
  }

  closePath(): void {
    const first = this.line[0];
    if (first) this.line.push([...first]);
  }
}

function drawn(shape: GeoPermissibleObjects): [number, number][][] {
  const pen = new Pen();
  geoPath(plane, pen as unknown as CanvasRenderingContext2D)(shape);
  return pen.lines;
}

export function linesOf(shape: GeoPermissibleObjects): MultiLineString {
  return { type: 'MultiLineString', coordinates: drawn(shape) };
}

function area(ring: readonly [number, number][]): number {
  let twice = 0;
  for (let i = 1; i < ring.length; i += 1) {
    twice += ring[i - 1]![0] * ring[i]![1] - ring[i]![0] * ring[i - 1]![1];
  }
  return twice / 2;
}

function contains(ring: readonly [number, number][], [x, y]: readonly [number, number]): boolean {
  let isIn = false;
  for (let i = 1; i < ring.length; i += 1) {
    const [a, b] = [ring[i - 1]!, ring[i]!];
    if (a[1] > y !== b[1] > y && x < ((b[0] - a[0]) * (y - a[1])) / (b[1] - a[1]) + a[0]) isIn = !isIn;
  }
  return isIn;
}

/** Polygons wound as d3 winds them (outer rings clockwise) as they lie on the plane. */
export function polygonsOf(shape: GeoPermissibleObjects): MultiPolygon {
  const rings = drawn(shape).filter((ring) => ring.length > 3);
  const outers = rings.filter((ring) => area(ring) < 0).map((ring) => [ring]);
  for (const hole of rings) {
    if (area(hole) < 0) continue;
    outers.find(([outer]) => contains(outer!, hole[0]!))?.push(hole);
  }
  return { type: 'MultiPolygon', coordinates: outers };
}
