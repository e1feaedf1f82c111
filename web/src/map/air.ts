// Flights on plain canvas: past solid, future dashed, the wall beneath, and every doubt.

import { faint, type Colours } from '../look/colours';
import type { Shape } from '../scene/format';
import type { Scene } from '../scene/scene';
import { geoPath, geoOrthographic } from 'd3-geo';
import { affine, eulers, radius, rotation, type Projector } from './camera';
import { sheet } from './earth';
import { sphere } from './ground';
import { flightsOf, ringOf, type Air, type Flight } from './shapes';

export function drawAir(
  context: CanvasRenderingContext2D,
  eye: Projector,
  scene: Scene,
  launch: string | null,
  colours: Colours,
): void {
  context.lineCap = 'round';
  context.lineJoin = 'round';
  const areas = areaPainter(context, eye);
  for (const [name, row] of scene.tables.envelopes) {
    if (name === launch) areas(row.shape, '', faint(colours.fall, 0.55), 1, [2, 5]);
  }
  for (const row of scene.tables.falls.values()) {
    const isChosen = row.launch_id === launch;
    const strength = isChosen ? 1 : 0.6;
    const colour = colours.fall;
    areas(row.region_95, faint(colour, 0.16 * strength), faint(colour, 0.9 * strength), isChosen ? 1.6 : 1, row.status === 'tracked' ? [] : [6, 4]);
    if (row.region_50) areas(row.region_50, faint(colour, 0.26 * strength), '', 0);
  }
  for (const [name, row] of scene.tables.launches) {
    if (row.is_withdrawn) continue;
    areas(row.shape, faint(colours.launch, 0.12), faint(colours.launch, name === launch ? 0.9 : 0.5), 1.2);
  }
  for (const flight of flightsOf(scene, launch)) drawFlight(context, eye, flight, colours);
}

function drawFlight(
  context: CanvasRenderingContext2D,
  eye: Projector,
  flight: Flight,
  colours: Colours,
): void {
  const { row, past, future, isChosen } = flight;
  const colour = colours.track;
  const isLost = row.status === 'coasting' || row.status === 'dropped';
  if (eye.camera.tilt > 3 || eye.camera.shape === 'globe') {
    if (isChosen) {
      wall(context, eye, past, faint(colour, 0.13));
      wall(context, eye, future, faint(colour, 0.05));
    }
    line(context, eye, past.map(grounded), faint(colour, isChosen ? 0.4 : 0.22), 1);
    if (isChosen) line(context, eye, future.map(grounded), faint(colour, 0.25), 1, [2, 5]);
  }
  line(context, eye, future, faint(colour, isChosen ? 0.85 : 0.45), isChosen ? 1.8 : 1.2, [7, 6]);
  line(context, eye, past, faint(colour, isChosen ? 1 : 0.7), isChosen ? 2.6 : 1.5);
  if (row.status === 'dropped') return;

  // Where it is, with its doubt: the ellipse at its height, and the line down to the ground.
  const [longitude, latitude, height] = row.place;
  const spot = eye.project(longitude, latitude, height);
  if (!spot.seen) return;
  const foot = eye.project(longitude, latitude, 0);
  context.strokeStyle = faint(colour, 0.6);
  context.lineWidth = 1;
  context.setLineDash([]);
  context.beginPath();
  context.moveTo(spot.x, spot.y);
  context.lineTo(foot.x, foot.y);
  context.stroke();
  const ring = ringOf(row.place, row.ellipse_95);
  context.beginPath();
  ring.forEach(([x, y], i) => {
    const at = eye.project(x, y, height);
    if (i === 0) context.moveTo(at.x, at.y);
    else context.lineTo(at.x, at.y);
  });
  context.closePath();
  context.fillStyle = faint(colour, 0.14);
  context.fill();
  context.strokeStyle = faint(colour, 0.75);
  context.setLineDash(isLost ? [3, 3] : []);
  context.stroke();
  context.setLineDash([]);
  const size = isChosen ? 5 : 3.5;
  context.beginPath();
  context.arc(spot.x, spot.y, size, 0, 7);
  context.fillStyle = isLost || row.status === 'tentative' ? colours.surface : colour;
  context.fill();
  context.lineWidth = 2;
  context.strokeStyle = isLost || row.status === 'tentative' ? colour : colours.halo;
  context.stroke();
}

const grounded = ([x, y]: Air): Air => [x, y, 0];

function line(
  context: CanvasRenderingContext2D,
  eye: Projector,
  points: readonly Air[],
  colour: string,
  width: number,
  dash: number[] = [],
): void {
  if (points.length < 2) return;
  context.beginPath();
  let isDown = false;
  let before = { x: NaN, y: NaN };
  for (const [x, y, up] of points) {
    const at = eye.project(x, y, up);
    if (!at.seen) {
      isDown = false;
      continue;
    }
    // Half a pixel more or less is not seen, and long trails have many such points.
    if (isDown && Math.abs(at.x - before.x) + Math.abs(at.y - before.y) < 0.7) continue;
    if (isDown && Math.abs(at.x - before.x) < eye.width * 2) context.lineTo(at.x, at.y);
    else context.moveTo(at.x, at.y);
    isDown = true;
    before = at;
  }
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.setLineDash(dash);
  context.stroke();
  context.setLineDash([]);
}

function wall(
  context: CanvasRenderingContext2D,
  eye: Projector,
  points: readonly Air[],
  colour: string,
): void {
  const top: { x: number; y: number }[] = [];
  const bottom: { x: number; y: number }[] = [];
  for (const [x, y, up] of points) {
    const at = eye.project(x, y, up);
    const foot = eye.project(x, y, 0);
    if (!at.seen || !foot.seen) continue;
    const last = top.at(-1);
    if (last && Math.abs(last.x - at.x) + Math.abs(last.y - at.y) < 2) continue;
    top.push(at);
    bottom.push(foot);
  }
  if (top.length < 2) return;
  context.beginPath();
  for (const at of top) context.lineTo(at.x, at.y);
  for (const at of bottom.reverse()) context.lineTo(at.x, at.y);
  context.closePath();
  context.fillStyle = colour;
  context.fill();
}

const flatShapes = new WeakMap<Shape, Path2D>();

/** Give what paints an area of the ground, in the shape that the Earth has now. */
export function areaPainter(context: CanvasRenderingContext2D, eye: Projector) {
  const { camera, width, height } = eye;
  if (camera.shape === 'globe') {
    const r = radius(camera);
    const projection = geoOrthographic()
      .scale(r)
      .translate([width / 2, height / 2 + Math.sin((camera.tilt * Math.PI) / 180) * r])
      .rotate(eulers(rotation(camera)))
      .clipAngle(90)
      .precision(0.5);
    const path = geoPath(projection, context);
    return (shape: Shape, fill: string, stroke: string, line: number, dash: number[] = []) => {
      context.beginPath();
      path(sphere(shape));
      ink(context, null, fill, stroke, line, dash);
    };
  }
  const view = affine(camera, width, height);
  return (shape: Shape, fill: string, stroke: string, line: number, dash: number[] = []) => {
    let kept = flatShapes.get(shape);
    if (!kept) {
      kept = sheet(sphere(shape)).path;
      flatShapes.set(shape, kept);
    }
    const first = shape[0]?.[0]?.[0];
    if (!first) return;
    const copy = -Math.round(first[0] / 360 + 0.5 - view.middle[0]);
    // What was cut at 180 degrees has parts a whole world apart.
    const path = new Path2D();
    for (const each of shape.length > 1 ? [copy - 1, copy, copy + 1] : [copy]) {
      path.addPath(kept, affine(camera, width, height, each).matrix);
    }
    ink(context, path, fill, stroke, line, dash);
  };
}

function ink(
  context: CanvasRenderingContext2D,
  path: Path2D | null,
  fill: string,
  stroke: string,
  line: number,
  dash: number[],
): void {
  if (fill) {
    context.fillStyle = fill;
    if (path) context.fill(path, 'evenodd');
    else context.fill('evenodd');
  }
  if (stroke) {
    context.strokeStyle = stroke;
    context.lineWidth = line;
    context.setLineDash(dash);
    if (path) context.stroke(path);
    else context.stroke();
    context.setLineDash([]);
  }
}
