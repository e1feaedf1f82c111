// The timeline: where in the watch the picture stands, and what became known when.

import { useEffect, useRef } from 'preact/hooks';
import { use } from './cells';
import { colours, faint } from './look/colours';
import { go, goLive, latest, playOrPause, step, toMark } from './player';
import { isFetching, isPlaying, language, link, look, moment, newest, pointed, read, shown, span, speed, SPEEDS } from './state';
import { clockText, phrase, said } from './words/words';
import { timeTicks } from './charts/axes';
import { FONT } from './map/labels';

export function Timeline() {
  const words = use(language);
  const playing = use(isPlaying);
  const at = use(moment);
  const all = use(span);
  const rate = use(speed);
  const fetching = use(isFetching);
  const state = use(link);
  const scene = use(read);
  const time = at ?? scene?.clock.time_ms ?? 0;
  const isLive = at === null && state !== 'saved';
  const [from, to] = all ?? [0, 1];
  return (
    <section class={`timeline ${isLive ? 'live' : 'past'}`} aria-label={phrase('line.label', words)}>
      <div class="controls">
        <button type="button" class="icon" aria-label={phrase('line.previous', words)} title={phrase('line.previous', words)} onClick={() => toMark(-1)}>
          <Icon path="M6 5v14M19 5l-9 7 9 7z" />
        </button>
        <button type="button" class="icon" aria-label={phrase('line.back', words)} title={phrase('line.back', words)} onClick={() => step(-10_000)}>
          <Icon path="M12 5l-8 7 8 7zM20 5l-8 7 8 7z" />
        </button>
        <button
          type="button"
          class="icon play"
          aria-label={phrase(playing ? 'line.pause' : 'line.play', words)}
          title={phrase(playing ? 'line.pause' : 'line.play', words)}
          onClick={playOrPause}
        >
          <Icon path={playing ? 'M7 5h3.5v14H7zM13.5 5H17v14h-3.5z' : 'M7 4.5l12 7.5-12 7.5z'} />
        </button>
        <button type="button" class="icon" aria-label={phrase('line.on', words)} title={phrase('line.on', words)} onClick={() => step(10_000)}>
          <Icon path="M12 5l8 7-8 7zM4 5l8 7-8 7z" />
        </button>
        <button type="button" class="icon" aria-label={phrase('line.next', words)} title={phrase('line.next', words)} onClick={() => toMark(1)}>
          <Icon path="M18 5v14M5 5l9 7-9 7z" />
        </button>
        <label class="rate">
          <span class="unseen">{phrase('line.speed', words)}</span>
          <select value={String(rate)} onChange={(event) => speed.set(Number(event.currentTarget.value))}>
            {SPEEDS.map((one) => (
              <option key={one} value={String(one)}>
                {one} ×
              </option>
            ))}
          </select>
        </label>
      </div>
      <div class="track">
        <Marks />
        <input
          type="range"
          min={from}
          max={to}
          step={100}
          value={time}
          disabled={!all}
          aria-label={phrase('line.position', words)}
          aria-valuetext={time ? clockText(time) : ''}
          onInput={(event) => {
            isPlaying.set(false);
            go(Number(event.currentTarget.value));
          }}
        />
      </div>
      <div class="where">
        <span class={`moment ${fetching ? 'fetching' : ''}`}>{time ? clockText(time) : '–'}</span>
        {state !== 'saved' && (
          <button type="button" class="golive" aria-pressed={isLive} onClick={goLive}>
            <span class="pip" aria-hidden="true" />
            {phrase('line.live', words)}
          </button>
        )}
      </div>
    </section>
  );
}

export function Icon({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={path} fill="currentColor" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round" />
    </svg>
  );
}

/** What became known, when, and the hours; the control itself lies over it. */
function Marks() {
  const box = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const canvas = box.current!;
    let asked = 0;
    const draw = () => {
      asked = 0;
      const [width, height] = [canvas.clientWidth, canvas.clientHeight];
      const ratio = Math.min(window.devicePixelRatio || 1, 2);
      [canvas.width, canvas.height] = [Math.round(width * ratio), Math.round(height * ratio)];
      const context = canvas.getContext('2d', { willReadFrequently: true })!;
      context.setTransform(ratio, 0, 0, ratio, 0, 0);
      const all = span.get();
      const scene = latest() ?? shown.get();
      if (!all || !scene || width < 20) return;
      const ink = colours();
      const edge = 9;
      const x = (ms: number) => edge + ((ms - all[0]) / Math.max(all[1] - all[0], 1)) * (width - 2 * edge);
      const middle = height / 2 - 3;
      context.fillStyle = faint(ink['text-soft'], 0.22);
      context.fillRect(edge, middle - 2, width - 2 * edge, 4);
      const here = moment.get() ?? scene.clock.time_ms;
      context.fillStyle = faint(ink.text, 0.55);
      context.fillRect(edge, middle - 2, Math.max(x(here) - edge, 0), 4);
      context.font = `450 10px ${FONT}`;
      context.fillStyle = ink['text-soft'];
      context.textAlign = 'center';
      context.textBaseline = 'bottom';
      for (const at of timeTicks(all[0], all[1], width / 110)) {
        const text = clockText(at).slice(0, -1);
        const px = x(at);
        if (px < 26 || px > width - 26) continue;
        context.fillText(text, px, height);
      }
      for (const mark of scene.tables.marks.values()) {
        const tone = mark.weight >= 3 ? ink.fall : mark.weight === 2 ? ink.track : ink['text-soft'];
        const tall = mark.weight >= 3 ? 8 : mark.weight === 2 ? 6 : 3;
        context.fillStyle = faint(tone, mark.weight >= 2 ? 0.95 : 0.5);
        context.fillRect(Math.round(x(mark.time_ms)) - 0.75, middle - tall - 3, mark.weight >= 2 ? 2 : 1.2, tall);
      }
      const told = pointed.get();
      if (told !== null) {
        context.fillStyle = ink.text;
        context.fillRect(x(told) - 0.5, middle - 12, 1, 24);
      }
    };
    const ask = () => {
      asked ||= window.setTimeout(() => requestAnimationFrame(draw), 80);
    };
    const size = new ResizeObserver(ask);
    size.observe(canvas);
    const stops = [newest, shown, moment, span, look, pointed].map((one) => (one.watch as (look: () => void) => () => void)(ask));
    ask();
    const point = (event: PointerEvent) => {
      const all = span.get();
      const scene = latest();
      if (!all || !scene) return;
      const around = canvas.getBoundingClientRect();
      const share = (event.clientX - around.left - 9) / (around.width - 18);
      const time = all[0] + share * (all[1] - all[0]);
      const near = (all[1] - all[0]) * (6 / around.width);
      let best: string | null = null;
      let distance = near;
      for (const mark of scene.tables.marks.values()) {
        const off = Math.abs(mark.time_ms - time);
        if (mark.weight >= 2 && off <= distance) [best, distance] = [`${clockText(mark.time_ms)} ${said(mark.text, language.get())}`, off];
      }
      canvas.parentElement!.title = best ?? '';
      pointed.set(time);
    };
    const leave = () => pointed.set(null);
    canvas.parentElement!.addEventListener('pointermove', point);
    canvas.parentElement!.addEventListener('pointerleave', leave);
    return () => {
      clearTimeout(asked);
      size.disconnect();
      for (const stop of stops) stop();
    };
  }, []);
  return <canvas ref={box} aria-hidden="true" />;
}
