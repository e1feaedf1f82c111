// Everything by keyboard. Keys typed into a field are the field's.

import { camera, chosen, isHelpOpen, isLayersOpen, language, LANGUAGES, look, LOOKS, renderer, shown, tab, TABS } from './state';
import { faster, goLive, playOrPause, step, toMark } from './player';
import { fit, moveBy, zoomBy } from './map/moving';
import { isRichWanted } from './map/ability';
import { launchOf } from './scene/scene';

export function turnLook(): void {
  look.set(LOOKS[(LOOKS.indexOf(look.get()) + 1) % LOOKS.length]!);
}

export function turnLanguage(): void {
  language.set(LANGUAGES[(LANGUAGES.indexOf(language.get()) + 1) % LANGUAGES.length]!);
}

export function turnShape(): void {
  const now = camera.get();
  const isFlat = now.shape === 'flat';
  // The whole Earth is what a globe is for; coming back, the flight is.
  camera.set({ ...now, shape: isFlat ? 'globe' : 'flat', zoom: isFlat ? Math.min(now.zoom, 1.7) : now.zoom, tilt: isFlat ? Math.min(now.tilt, 20) : now.tilt });
  if (!isFlat) fit();
}

export function turnTilt(): void {
  const now = camera.get();
  const next = now.tilt < 10 ? 42 : now.tilt < 50 ? 58 : 0;
  camera.set({ ...now, tilt: next, bearing: next === 0 ? 0 : now.bearing });
}

export function turnRenderer(): void {
  renderer.set(isRichWanted(renderer.get()) ? 'plain' : 'rich');
}

function nextLaunch(): void {
  const scene = shown.get();
  if (!scene) return;
  const all = [...scene.tables.launches.keys()];
  const now = launchOf(scene, chosen.get());
  chosen.set(all[(all.indexOf(now ?? '') + 1) % Math.max(all.length, 1)] ?? null);
}

const KEYS: Readonly<Record<string, (event: KeyboardEvent) => void>> = {
  ' ': playOrPause,
  k: playOrPause,
  ',': () => step(-1_000),
  '.': () => step(1_000),
  '<': () => step(-10_000),
  '>': () => step(10_000),
  '[': () => toMark(-1),
  ']': () => toMark(1),
  '-': () => zoomBy(-0.5),
  '+': () => zoomBy(0.5),
  '=': () => zoomBy(0.5),
  s: () => faster(-1),
  f: () => faster(1),
  l: goLive,
  End: goLive,
  g: turnShape,
  t: turnTilt,
  '0': fit,
  v: turnRenderer,
  c: turnLook,
  i: turnLanguage,
  y: () => isLayersOpen.set(!isLayersOpen.get()),
  n: nextLaunch,
  '1': () => tab.set(TABS[0]!),
  '2': () => tab.set(TABS[1]!),
  '3': () => tab.set(TABS[2]!),
  '4': () => tab.set(TABS[3]!),
  '?': () => isHelpOpen.set(true),
  ArrowLeft: () => moveBy(-80, 0),
  ArrowRight: () => moveBy(80, 0),
  ArrowUp: () => moveBy(0, -80),
  ArrowDown: () => moveBy(0, 80),
};

export function listenToKeys(): void {
  window.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    // The help has its own: Escape, and the button. Once it is shut its button may keep the focus
    // until the next frame, and keys are the page's again.
    if (document.querySelector('dialog[open]')) return;
    const target = event.target as HTMLElement;
    if (target.closest('input:not([type=range]), select, textarea')) return;
    // Space and arrows belong to the control that has the focus.
    const isControl = target.closest('button, input, summary, [role=tab], [role=slider], .scroll, .charts') !== null;
    if (isControl && (event.key === ' ' || event.key.startsWith('Arrow') || event.key === 'End')) return;
    const act = KEYS[event.key];
    if (!act) return;
    event.preventDefault();
    act(event);
  });
}
