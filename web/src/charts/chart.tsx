// One chart: a canvas that is drawn when the scene or its size changes, with its words beside it.

import { useEffect, useRef } from 'preact/hooks';
import { colours, type Colours } from '../look/colours';
import type { Scene } from '../scene/scene';
import { language, look, pointed, shown, chosen, type Language } from '../state';
import { launchOf } from '../scene/scene';

export interface Sheet {
  context: CanvasRenderingContext2D;
  width: number;
  height: number;
  ink: Colours;
  language: Language;
  scene: Scene;
  launch: string;
  /** Stream time that is pointed at, here or elsewhere. */
  pointed: number | null;
}

/** Draw, and give what turns a pixel into a stream time; null where there is nothing to draw. */
export type Draw = (sheet: Sheet) => ((x: number) => number | null) | null;

export function Chart(props: { title: string; note: string; none: string; draw: Draw; name: string }) {
  const box = useRef<HTMLDivElement>(null);
  const draw = useRef(props.draw);
  draw.current = props.draw;

  useEffect(() => {
    const around = box.current!;
    const canvas = around.querySelector('canvas')!;
    const empty = around.querySelector<HTMLElement>('.none')!;
    let asked = 0;
    let timeAt: ((x: number) => number | null) | null = null;
    // The map is first: charts begin a moment later.
    let drawnAt = performance.now() + 150;

    const paint = () => {
      asked = 0;
      const scene = shown.get();
      const launch = scene && launchOf(scene, chosen.get());
      const [width, height] = [around.clientWidth, around.clientHeight];
      if (width === 0 || height === 0) return;
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      timeAt =
        scene && launch
          ? draw.current({
              context,
              width,
              height,
              ink: colours(),
              language: language.get(),
              scene,
              launch,
              pointed: pointed.get(),
            })
          : null;
      empty.hidden = timeAt !== null;
      drawnAt = performance.now();
    };
    // Ten times a second is quick enough for a chart, and leaves the time to the map.
    const ask = () => {
      if (asked) return;
      const wait = Math.max(0, 100 - (performance.now() - drawnAt));
      asked = window.setTimeout(() => requestAnimationFrame(paint), wait);
    };
    const size = new ResizeObserver(ask);
    size.observe(around);
    const stops = [shown, look, language, pointed, chosen].map((one) =>
      (one.watch as (look: () => void) => () => void)(ask),
    );
    const point = (event: PointerEvent) => {
      const x = event.clientX - around.getBoundingClientRect().left;
      pointed.set(timeAt?.(x) ?? null);
    };
    const leave = () => pointed.set(null);
    around.addEventListener('pointermove', point);
    around.addEventListener('pointerleave', leave);
    ask();
    return () => {
      clearTimeout(asked);
      size.disconnect();
      for (const stop of stops) stop();
      around.removeEventListener('pointermove', point);
      around.removeEventListener('pointerleave', leave);
    };
  }, []);

  return (
    <figure class={`chart ${props.name}`}>
      <figcaption>
        {props.title} <span class="unit">{props.note}</span>
      </figcaption>
      <div class="plot" ref={box}>
        <canvas role="img" aria-label={`${props.title}, ${props.note}`} />
        <p class="none" hidden>
          {props.none}
        </p>
      </div>
    </figure>
  );
}
