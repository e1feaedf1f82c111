// The thread that makes the Earth ready: the finest scale is 200,000 points, half a second of work.

import { outlinesOf, planeOf, sphereOf, type Outlines, type Sphere, type World } from './world';

export type Form = 'outlines' | 'sphere' | 'plane';
export interface Wanted {
  id: number;
  address: string;
  form: Form;
}

const spheres = new Map<string, Promise<Sphere>>();

async function load(address: string): Promise<Sphere> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the coast is not there (${answer.status})`);
  return sphereOf((await answer.json()) as World);
}

self.onmessage = async ({ data }: MessageEvent<Wanted>) => {
  const { id, address, form } = data;
  try {
    let sphere = spheres.get(address);
    if (!sphere) {
      sphere = load(address);
      spheres.set(address, sphere);
      sphere.catch(() => spheres.delete(address));
    }
    const found = await sphere;
    const made = form === 'outlines' ? outlinesOf(found) : form === 'plane' ? planeOf(found) : found;
    const moved: Transferable[] = form === 'outlines' ? buffersOf(made as Outlines) : [];
    self.postMessage({ id, made }, { transfer: moved });
  } catch (error) {
    self.postMessage({ id, error: String(error) });
  }
};

function buffersOf({ land, coast, borders }: Outlines): Transferable[] {
  return [...land, ...coast, ...borders].flatMap((one) => [one.points.buffer, one.ends.buffer]);
}
