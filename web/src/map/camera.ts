// Where the map looks from: one camera for both renderers and both shapes of the Earth.
//
// Zoom counts as in MapLibre: the world is 512 · 2^zoom pixels wide on the flat map, and the
// globe is as large as makes its middle look the same. Heights rise out of the map when it tilts.

export interface Camera {
  shape: 'flat' | 'globe';
  longitude: number;
  latitude: number;
  zoom: number;
  /** Degrees clockwise from north that are up on the screen. */
  bearing: number;
  /** Degrees from looking straight down, 0 to 60. */
  tilt: number;
}

/** A place on the screen, in CSS pixels; `seen` is false behind the Earth. */
export interface Spot {
  x: number;
  y: number;
  seen: boolean;
}

export interface Projector {
  readonly camera: Camera;
  readonly width: number;
  readonly height: number;
  /** Pixels that a metre takes at the middle of the map. */
  readonly scale: number;
  project(longitude: number, latitude: number, height: number): Spot;
  unproject(x: number, y: number): [number, number] | null;
}

export const EARTH = 6_371_008.8;
const ROUND = 2 * Math.PI * 6_378_137;
const RAD = Math.PI / 180;
const TOP = 85.0511;

export const ZOOMS = { least: 0.4, most: 13 } as const;

export function within(camera: Camera): Camera {
  return {
    ...camera,
    longitude: ((((camera.longitude + 180) % 360) + 360) % 360) - 180,
    latitude: Math.max(-84, Math.min(84, camera.latitude)),
    zoom: Math.max(ZOOMS.least, Math.min(ZOOMS.most, camera.zoom)),
    tilt: Math.max(0, Math.min(60, camera.tilt)),
    bearing: ((((camera.bearing + 180) % 360) + 360) % 360) - 180,
  };
}

export function mercator(longitude: number, latitude: number): [number, number] {
  const held = Math.max(-TOP, Math.min(TOP, latitude)) * RAD;
  return [longitude / 360 + 0.5, 0.5 - Math.log(Math.tan(Math.PI / 4 + held / 2)) / (2 * Math.PI)];
}

export function projector(camera: Camera, width: number, height: number): Projector {
  return camera.shape === 'flat' ? flat(camera, width, height) : globe(camera, width, height);
}

/** The numbers of the affine view of the flat map: screen = turn and squash of Mercator. */
export interface Affine {
  worldSize: number;
  middle: [number, number];
  matrix: DOMMatrix;
}

export function affine(camera: Camera, width: number, height: number, shift = 0): Affine {
  const worldSize = 512 * 2 ** camera.zoom;
  const middle = mercator(camera.longitude, camera.latitude);
  const matrix = new DOMMatrix()
    .translate(width / 2, height / 2)
    .scale(1, Math.cos(camera.tilt * RAD))
    .rotate(-camera.bearing)
    .scale(worldSize)
    .translate(shift - middle[0], -middle[1]);
  return { worldSize, middle, matrix };
}

function flat(camera: Camera, width: number, height: number): Projector {
  const { worldSize, middle, matrix } = affine(camera, width, height);
  const scale = worldSize / (ROUND * Math.cos(camera.latitude * RAD));
  const rise = Math.sin(camera.tilt * RAD) * scale;
  const back = matrix.inverse();
  return {
    camera,
    width,
    height,
    scale,
    project(longitude, latitude, up) {
      let [x, y] = mercator(longitude, latitude);
      x -= Math.round(x - middle[0]);
      return {
        x: matrix.a * x + matrix.c * y + matrix.e,
        y: matrix.b * x + matrix.d * y + matrix.f - up * rise,
        seen: true,
      };
    },
    unproject(px, py) {
      const x = back.a * px + back.c * py + back.e;
      const y = back.b * px + back.d * py + back.f;
      if (y < 0 || y > 1) return null;
      const longitude = ((((x % 1) + 1) % 1) - 0.5) * 360;
      return [longitude, (2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) / RAD];
    },
  };
}

/** Rotation from Earth axes to the view's: x towards the eye, y to the right, z up. */
export type Rotation = readonly [
  readonly [number, number, number],
  readonly [number, number, number],
  readonly [number, number, number],
];

export function rotation(camera: Camera): Rotation {
  const about = (angle: number) => [Math.cos(angle * RAD), Math.sin(angle * RAD)] as const;
  const [cl, sl] = about(-camera.longitude);
  const [cp, sp] = about(-camera.latitude);
  const [cg, sg] = about(camera.bearing);
  const [ct, st] = about(camera.tilt);
  // The middle to the front, then the bearing about the eye's axis, then the tilt.
  const front = [
    [cp * cl, -cp * sl, -sp],
    [sl, cl, 0],
    [sp * cl, -sp * sl, cp],
  ] as const;
  const turned = [0, 1, 2].map((i) => [
    front[0][i as 0],
    cg * front[1][i as 0] - sg * front[2][i as 0],
    sg * front[1][i as 0] + cg * front[2][i as 0],
  ]) as unknown as readonly (readonly [number, number, number])[];
  const row = (a: number, b: number) =>
    [0, 1, 2].map((i) => a * turned[i]![0] + b * turned[i]![2]) as [number, number, number];
  return [row(ct, -st), [turned[0]![1], turned[1]![1], turned[2]![1]], row(st, ct)];
}

/** The same rotation as the three angles that d3-geo takes, degrees. */
export function eulers(m: Rotation): [number, number, number] {
  return [
    Math.atan2(-m[0][1], m[0][0]) / RAD,
    -Math.asin(Math.max(-1, Math.min(1, m[0][2]))) / RAD,
    Math.atan2(-m[1][2], m[2][2]) / RAD,
  ];
}

/** Radius in pixels of a camera's globe. */
export function radius(camera: Camera): number {
  return (512 * 2 ** camera.zoom) / (2 * Math.PI) / Math.cos(camera.latitude * RAD);
}

function globe(camera: Camera, width: number, height: number): Projector {
  const m = rotation(camera);
  const r = radius(camera);
  const centre = height / 2 + Math.sin(camera.tilt * RAD) * r;
  return {
    camera,
    width,
    height,
    scale: r / EARTH,
    project(longitude, latitude, up) {
      const far = 1 + up / EARTH;
      const cosine = Math.cos(latitude * RAD);
      const a = far * cosine * Math.cos(longitude * RAD);
      const b = far * cosine * Math.sin(longitude * RAD);
      const c = far * Math.sin(latitude * RAD);
      const x = m[0][0] * a + m[0][1] * b + m[0][2] * c;
      const y = m[1][0] * a + m[1][1] * b + m[1][2] * c;
      const z = m[2][0] * a + m[2][1] * b + m[2][2] * c;
      return { x: width / 2 + r * y, y: centre - r * z, seen: x >= 0 || y * y + z * z > 1 };
    },
    unproject(px, py) {
      const y = (px - width / 2) / r;
      const z = (centre - py) / r;
      const rest = 1 - y * y - z * z;
      if (rest < 0) return null;
      const x = Math.sqrt(rest);
      const a = m[0][0] * x + m[1][0] * y + m[2][0] * z;
      const b = m[0][1] * x + m[1][1] * y + m[2][1] * z;
      const c = m[0][2] * x + m[1][2] * y + m[2][2] * z;
      return [Math.atan2(b, a) / RAD, Math.asin(Math.max(-1, Math.min(1, c))) / RAD];
    },
  };
}

/** A camera that shows a box of the Earth, given as west, south, east, north. */
export function seeing(
  box: readonly [number, number, number, number],
  width: number,
  height: number,
  before: Camera,
): Camera {
  const [west, south, eastward, north] = box;
  const east = eastward < west ? eastward + 360 : eastward;
  const [x0, y1] = mercator(west, south);
  const [x1, y0] = mercator(east, north);
  const squash = Math.cos(before.tilt * RAD);
  const fit = Math.min(width / Math.max(x1 - x0, 1e-4), height / Math.max((y1 - y0) * squash, 1e-4));
  const y = (y0 + y1) / 2;
  return within({
    ...before,
    longitude: (west + east) / 2,
    latitude: (2 * Math.atan(Math.exp((0.5 - y) * 2 * Math.PI)) - Math.PI / 2) / RAD,
    zoom: Math.log2(fit / 512),
    bearing: 0,
  });
}
