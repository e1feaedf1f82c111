// The map's place in the page: a renderer, its tools, its legend, and what is under the pointer.

import { useEffect, useRef, useState } from 'preact/hooks';
import { use } from './cells';
import { turnRenderer, turnShape, turnTilt } from './keys';
import { canRich, isRichWanted } from './map/ability';
import { fit, listenToPointers, see, sized, zoomBy } from './map/moving';
import { plain } from './map/plain';
import type { Renderer } from './map/renderer';
import type { Hit } from './map/signs';
import { drawn } from './measuring';
import { kept } from './panels/record';
import { launchOf, type Scene } from './scene/scene';
import { camera, chosen, isLayersOpen, language, layers, LAYERS, opened, pointed, read, renderer, shown, tab, toggle } from './state';
import { ageText, nameOf, phrase, said } from './words/words';
import { Icon } from './timeline';

type Drawer = Renderer & { hits(): readonly Hit[] };

/** Told by the build: a saved page has the plain view alone. */
declare const __SAVED__: boolean;

export function MapView() {
  const words = use(language);
  const wanted = use(renderer);
  const now = use(camera);
  const box = useRef<HTMLDivElement>(null);
  const held = useRef<Drawer | null>(null);
  const isRich = isRichWanted(wanted);
  const [hover, setHover] = useState<Hit | null>(null);

  useEffect(() => {
    const around = box.current!;
    let isGone = false;
    let wasFitted = false;
    let hadLaunch = false;
    const draw = () => {
      const scene = shown.get();
      if (scene && !wasFitted) {
        // Once at first, and once more as the first launch is believed.
        wasFitted = true;
        fit();
      }
      if (scene && !hadLaunch && scene.tables.launches.size > 0) {
        hadLaunch = true;
        fit();
      }
      held.current?.draw({
        scene,
        launch: scene && launchOf(scene, chosen.get()),
        camera: camera.get(),
        layers: layers.get(),
        pointed: pointed.get(),
      });
    };
    const use = (next: Drawer) => {
      held.current?.close();
      held.current = next;
      around.dataset['renderer'] = next.kind;
      next.resize(around.clientWidth, around.clientHeight);
      draw();
      void next.ready.then(() => {
        if (held.current === next) around.dataset['ready'] = next.kind;
      });
    };
    sized(around.clientWidth, around.clientHeight);
    // The plain view stands at once; the rich one takes over when it is there.
    use(plain(around, drawn));
    if (!__SAVED__ && isRich) {
      import('./map/rich').then(
        async ({ rich }) => {
          if (isGone) return;
          const next = await rich(around, drawn);
          if (isGone) next.close();
          else use(next);
        },
        // The plain view stands already; why the other failed is for the console.
        (error: unknown) => console.warn('the 3D view failed', error),
      );
    }
    const size = new ResizeObserver(() => {
      sized(around.clientWidth, around.clientHeight);
      held.current?.resize(around.clientWidth, around.clientHeight);
    });
    size.observe(around);
    const stops = [shown, camera, layers, pointed, chosen, tab, opened, kept].map((one) => (one.watch as (look: () => void) => () => void)(draw));
    const unlisten = listenToPointers(around);
    let seen: string | null = null;
    const seePast = () => {
      const one = kept.get().find((each) => each.id === opened.get());
      if (one?.id === seen) return;
      seen = one?.id ?? null;
      if (one) see([one.from, one.to].filter((place) => place !== null));
    };
    stops.push(opened.watch(seePast), kept.watch(seePast));
    return () => {
      isGone = true;
      size.disconnect();
      unlisten();
      for (const stop of stops) stop();
      held.current?.close();
      held.current = null;
    };
  }, [isRich]);

  const find = (event: PointerEvent) => {
    const around = box.current!.getBoundingClientRect();
    const [x, y] = [event.clientX - around.left, event.clientY - around.top];
    let best: Hit | null = null;
    let near = 14;
    for (const hit of held.current?.hits() ?? []) {
      const away = Math.hypot(hit.x - x, hit.y - y);
      if (away < near) [best, near] = [hit, away];
    }
    if (best?.name !== hover?.name || best?.table !== hover?.table) setHover(best);
  };
  const choose = () => {
    const scene = shown.get();
    if (!hover || !scene) return;
    if (hover.table === 'launches') chosen.set(hover.name);
    if (hover.table === 'record') opened.set(hover.name);
    const track = hover.table === 'tracks' ? scene.tables.tracks.get(hover.name) : null;
    if (track?.launch_id) chosen.set(track.launch_id);
  };

  return (
    <main class="map" aria-label={phrase('map.label', words)}>
      <div class="view" ref={box} onPointerMove={find} onPointerLeave={() => setHover(null)} onClick={choose} />
      <div class="tools over">
        <button type="button" aria-label={phrase('map.in', words)} title={phrase('map.in', words)} onClick={() => zoomBy(0.7)}>
          <Icon path="M12 5v14M5 12h14" />
        </button>
        <button type="button" aria-label={phrase('map.out', words)} title={phrase('map.out', words)} onClick={() => zoomBy(-0.7)}>
          <Icon path="M5 12h14" />
        </button>
        <button type="button" aria-label={phrase('map.fit', words)} title={phrase('map.fit', words)} onClick={fit}>
          <Outline path="M4 9V4h5M15 4h5v5M20 15v5h-5M9 20H4v-5" />
        </button>
        <button
          type="button"
          aria-label={phrase(now.shape === 'flat' ? 'map.globe' : 'map.flat', words)}
          title={phrase(now.shape === 'flat' ? 'map.globe' : 'map.flat', words)}
          onClick={turnShape}
        >
          <Outline path={now.shape === 'flat' ? 'M12 3a9 9 0 1 0 0 18a9 9 0 0 0 0-18M3.5 12h17M12 3c-5 5-5 13 0 18M12 3c5 5 5 13 0 18' : 'M3 6l6-2 6 2 6-2v14l-6 2-6-2-6 2zM9 4v14M15 6v14'} />
        </button>
        <button type="button" aria-pressed={now.tilt > 10} aria-label={phrase('map.tilt', words)} title={phrase('map.tilt', words)} onClick={turnTilt}>
          <Outline path="M7 7h10l4 11H3zM12 7v11M5 12.5h14" />
        </button>
        <Layers />
        {canRich() && (
          <button type="button" class="word" title={phrase(isRich ? 'map.plain' : 'map.rich', words)} aria-label={phrase(isRich ? 'map.plain' : 'map.rich', words)} onClick={turnRenderer}>
            {isRich ? '2D' : '3D'}
          </button>
        )}
      </div>
      <Legend />
      {hover && <Under hit={hover} />}
    </main>
  );
}

function Outline({ path }: { path: string }) {
  return (
    <svg viewBox="0 0 24 24" width="20" height="20" aria-hidden="true">
      <path d={path} fill="none" stroke="currentColor" stroke-width="1.6" stroke-linejoin="round" stroke-linecap="round" />
    </svg>
  );
}

function Layers() {
  const words = use(language);
  const shownLayers = use(layers);
  const isOpen = use(isLayersOpen);
  return (
    <>
      <button type="button" aria-expanded={isOpen} aria-label={phrase('map.layers', words)} title={phrase('map.layers', words)} onClick={() => isLayersOpen.set(!isOpen)}>
        <Outline path="M12 4l8 4.5-8 4.5-8-4.5zM4 12.5l8 4.5 8-4.5M4 16l8 4.5 8-4.5" />
      </button>
      {isOpen && (
        <fieldset class="layers">
          <legend>{phrase('map.layers', words)}</legend>
          {LAYERS.map((one) => (
            <label key={one}>
              <input type="checkbox" checked={shownLayers.has(one)} onChange={() => toggle(one)} />
              <span class={`swatch ${one}`} aria-hidden="true" />
              {phrase(`layer.${one}`, words)}
            </label>
          ))}
        </fieldset>
      )}
    </>
  );
}

function Legend() {
  const words = use(language);
  return (
    <ul class="legend over">
      <li>
        <i class="past" />
        {phrase('legend.track', words)}
      </li>
      <li>
        <i class="future" />
        {phrase('legend.future', words)}
      </li>
      <li>
        <i class="fall" />
        {phrase('legend.fall', words)}
      </li>
      <li>
        <i class="doubt" />
        {phrase('legend.doubt', words)}
      </li>
      <li>
        <i class="sensor" />
        {phrase('legend.sensor', words)}
      </li>
    </ul>
  );
}

/** What is under the pointer, in words, with its doubt and its age. */
function Under({ hit }: { hit: Hit }) {
  const words = use(language);
  const scene = use(read);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const one = box.current;
    if (!one) return;
    const around = one.parentElement!;
    one.style.left = `${Math.min(hit.x + 16, around.clientWidth - one.offsetWidth - 8)}px`;
    one.style.top = `${Math.max(8, Math.min(hit.y - 10, around.clientHeight - one.offsetHeight - 8))}px`;
  });
  const lines = scene ? linesOf(scene, hit, words) : [];
  if (lines.length === 0) return null;
  return (
    <div class="under over" ref={box} aria-hidden="true">
      {lines.map((line, i) => (i === 0 ? <b key={line}>{line}</b> : <span key={line}>{line}</span>))}
    </div>
  );
}

function linesOf(scene: Scene, hit: Hit, words: 'en' | 'ko' | 'ja'): string[] {
  const now = scene.clock.time_ms;
  if (hit.table === 'tracks') {
    const row = scene.tables.tracks.get(hit.name);
    if (!row) return [];
    return [
      `${hit.name} · ${nameOf(scene, 'status', row.status, words)}`,
      ...row.facts.map((fact) => `${nameOf(scene, 'fact', fact.code, words)}: ${fact.text[words]}`),
      `${phrase('judgement.sensors', words)} ${row.sensors.join(', ')} · ${ageText(now - row.last_plot_ms, words)}`,
    ];
  }
  if (hit.table === 'launches') {
    const row = scene.tables.launches.get(hit.name);
    return row ? [hit.name, said(row.headline, words), row.probability_text] : [];
  }
  if (hit.table === 'falls') {
    const row = scene.tables.falls.get(hit.name);
    if (!row) return [];
    return [
      `${nameOf(scene, 'body', row.body, words)} · ${nameOf(scene, 'fallstatus', row.status, words)}`,
      ...row.facts.map((fact) => `${nameOf(scene, 'fact', fact.code, words)}: ${fact.text[words]}`),
      ageText(now - row.said_ms, words),
    ];
  }
  if (hit.table === 'sensors') {
    const row = scene.tables.sensors.get(hit.name);
    if (!row) return [];
    const heard = row.heard_ms === null ? phrase('sensors.never', words) : phrase('sensors.heard', words, { age: ageText(now - row.heard_ms, words) });
    return [hit.name, `${nameOf(scene, 'sensor', row.kind, words)} · ${row.owner} · ${nameOf(scene, 'sensorstatus', row.status, words)}`, heard, row.reason].filter(Boolean);
  }
  if (hit.table === 'record') {
    const row = kept.get().find((one) => one.id === hit.name);
    return row ? [`${row.date} · ${row.site}`, row.family, row.text] : [];
  }
  const row = scene.tables.traffic.get(hit.name);
  if (!row) return [];
  const speed = row.speed_mps === null ? '' : `${row.speed_mps.toFixed(1)} m/s`;
  return [
    row.name || row.identity,
    [nameOf(scene, 'traffic', row.kind, words), row.identity, speed].filter(Boolean).join(' · '),
    [row.position_sigma_m === null ? '' : `σ ${Math.round(row.position_sigma_m)} m`, ageText(now - row.reported_ms, words)].filter(Boolean).join(' · '),
    row.danger ? `${row.danger.probability_text} · ${row.danger.distance_km.toFixed(1)} km` : '',
    ...row.doubts.map((doubt) => nameOf(scene, 'doubt', doubt, words)),
  ].filter(Boolean);
}
