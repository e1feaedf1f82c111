import { geoOrthographic } from 'd3-geo';
import { beforeAll, describe, expect, it } from 'vitest';
import { eulers, projector, radius, rotation, type Camera } from '../src/map/camera';

// Where there is no browser there is no DOMMatrix: the few steps that the camera takes of it.
class Matrix {
  constructor(
    readonly a = 1, readonly b = 0, readonly c = 0, readonly d = 1, readonly e = 0, readonly f = 0,
  ) {}
  times(o: Matrix): Matrix {
    return new Matrix(
      this.a * o.a + this.c * o.b, this.b * o.a + this.d * o.b, this.a * o.c + this.c * o.d,
      this.b * o.c + this.d * o.d, this.a * o.e + this.c * o.f + this.e, this.b * o.e + this.d * o.f + this.f,
    );
  }
  translate(x: number, y: number): Matrix {
    return this.times(new Matrix(1, 0, 0, 1, x, y));
  }
  scale(x: number, y = x): Matrix {
    return this.times(new Matrix(x, 0, 0, y, 0, 0));
  }
  rotate(degrees: number): Matrix {
    const [c, s] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
    return this.times(new Matrix(c, s, -s, c, 0, 0));
  }
  inverse(): Matrix {
    const det = this.a * this.d - this.b * this.c;
    return new Matrix(
      this.d / det, -this.b / det, -this.c / det, this.a / det,
      (this.c * this.f - this.d * this.e) / det, (this.b * this.e - this.a * this.f) / det,
    );
  }
}

beforeAll(() => {
  (globalThis as { DOMMatrix?: unknown }).DOMMatrix = Matrix;
});

const camera: Camera = { shape: 'flat', longitude: 132, latitude: 38, zoom: 4, bearing: 20, tilt: 40 };

describe.each(['flat', 'globe'] as const)('a %s camera', (shape) => {
  const eye = () => projector({ ...camera, shape }, 1000, 700);

  it('finds the place that it drew', () => {
    for (const [longitude, latitude] of [[132, 38], [139.7, 35.7], [125.2, 40.2]] as const) {
      const { x, y } = eye().project(longitude, latitude, 0);
      const back = eye().unproject(x, y)!;
      expect(back[0]).toBeCloseTo(longitude, 6);
      expect(back[1]).toBeCloseTo(latitude, 6);
    }
  });

  it('draws what is higher further up', () => {
    expect(eye().project(132, 38, 100_000).y).toBeLessThan(eye().project(132, 38, 0).y);
  });
});

it('turns the globe as d3 does', () => {
  const round = { ...camera, shape: 'globe' as const };
  const r = radius(round);
  const d3 = geoOrthographic()
    .scale(r)
    .translate([500, 350 + Math.sin((40 * Math.PI) / 180) * r])
    .rotate(eulers(rotation(round)));
  const [x, y] = d3([139.7, 35.7])!;
  const own = projector(round, 1000, 700).project(139.7, 35.7, 0);
  expect(own.x).toBeCloseTo(x, 6);
  expect(own.y).toBeCloseTo(y, 6);
});

it('hides what is behind the Earth', () => {
  const eye = projector({ ...camera, shape: 'globe' }, 1000, 700);
  expect(eye.project(132, 38, 0).seen).toBe(true);
  expect(eye.project(-48, -38, 0).seen).toBe(false);
});
