// Signs and words over the map, drawn alike over both renderers.

import { faint, type Colours } from '../look/colours';
import type { Scene } from '../scene/scene';
import type { Language } from '../state';
import { ageText, nameOf, phrase, zoneOnMap } from '../words/words';
import type { Projector } from './camera';
import { Labels } from './labels';
import { pastLaunches } from './pastsigns';
import { columnsOf, flightsOf } from './shapes';
import type { ProvinceFeature, ZoneFeature } from './stills';
import type { View } from './renderer';

export interface Hit {
  x: number;
  y: number;
  table: 'sensors' | 'tracks' | 'traffic' | 'launches' | 'falls' | 'record';
  name: string;
}

/** Draw all signs and words of a view; give where they are, for the pointer. */
export function drawSigns(
  context: CanvasRenderingContext2D,
  eye: Projector,
  view: View,
  colours: Colours,
  language: Language,
  zones: readonly ZoneFeature[],
  provinces: readonly ProvinceFeature[],
  free: readonly (readonly [number, number, number, number])[] = [],
): Hit[] {
  const { scene, launch, layers } = view;
  const hits: Hit[] = [];
  const labels = new Labels();
  for (const box of free) labels.keepFree(...box);
  const withWords = layers.has('labels');
  if (scene) {
    flights(context, eye, scene, launch, colours, language, labels, hits);
    pointed(context, eye, view, colours);
    places(context, eye, scene, launch, colours, language, labels, hits);
    sensors(context, eye, scene, colours, language, labels, hits);
    if (layers.has('traffic')) traffic(context, eye, scene, colours, labels, hits, withWords);
    if (withWords && layers.has('zones')) zoneNames(eye, scene, zones, colours, language, labels);
  }
  pastLaunches(context, eye, colours, labels, hits);
  if (withWords && layers.has('provinces') && eye.camera.zoom > 5.1) {
    for (const one of provinces) {
      if (one.size * 4 ** eye.camera.zoom < 900) continue;
      const at = eye.project(one.at[0], one.at[1], 0);
      if (!at.seen) continue;
      const isOwn =
        (language === 'ja' && one.country === 'JPN') ||
        (language === 'ko' && one.country !== 'JPN');
      const text = isOwn && one.local ? one.local : one.name;
      labels.add({ ...at, text, rank: one.size / 1e4, colour: faint(colours['text-soft'], 0.8), size: 11, isCentred: true });
    }
  }
  labels.draw(context, colours.halo, eye.width, eye.height);
  return hits;
}

function flights(
  context: CanvasRenderingContext2D,
  eye: Projector,
  scene: Scene,
  launch: string | null,
  colours: Colours,
  language: Language,
  labels: Labels,
  hits: Hit[],
): void {
  for (const flight of flightsOf(scene, launch)) {
    const { row, name, isChosen } = flight;
    if (row.status === 'dropped') continue;
    const at = eye.project(...row.place);
    if (!at.seen) continue;
    hits.push({ x: at.x, y: at.y, table: 'tracks', name });
    labels.keepFree(at.x - 6, at.y - 6, 12, 12);
    if (eye.camera.zoom < 1.2 && !isChosen) continue;
    const height = row.facts.find((fact) => fact.code === 'height')?.text[language];
    const age = scene.clock.time_ms - row.last_plot_ms;
    const parts = [name];
    if (isChosen && height) parts.push(height);
    if (row.status === 'coasting' || age > 3_000) parts.push(ageText(age, language));
    labels.add({
      ...at,
      text: parts.join(' · '),
      rank: isChosen ? 95 : 40,
      colour: isChosen ? colours.track : faint(colours.track, 0.85),
      size: isChosen ? 12.5 : 11,
      weight: isChosen ? 650 : 550,
      gap: 11,
    });
  }
  for (const [, event] of scene.tables.events) {
    if (event.launch_id !== launch || event.kind === 're-entry') continue;
    const at = eye.project(...event.place);
    if (!at.seen) continue;
    context.beginPath();
    context.arc(at.x, at.y, 3, 0, 7);
    context.fillStyle = colours.halo;
    context.fill();
    context.strokeStyle = faint(colours.track, 0.9);
    context.lineWidth = 1.3;
    context.stroke();
    labels.add({
      ...at,
      text: nameOf(scene, 'event', event.kind, language),
      rank: 38,
      colour: faint(colours['text-soft'], 0.95),
      size: 10.5,
      gap: 7,
    });
  }
}

function pointed(
  context: CanvasRenderingContext2D,
  eye: Projector,
  view: View,
  colours: Colours,
): void {
  const { scene, pointed: time, launch } = view;
  if (!scene || time === null) return;
  const at = columnsOf(scene);
  for (const [name, row] of scene.tables.tracks) {
    if (row.launch_id !== launch || !row.is_known) continue;
    const points = scene.trails.tracks.get(name) ?? [];
    let best: (typeof points)[number] | null = null;
    for (const point of points) {
      if (!best || Math.abs(point[at.time]! - time) < Math.abs(best[at.time]! - time)) best = point;
    }
    let place = best && [best[at.longitude]!, best[at.latitude]!, best[at.height]!] as const;
    if (!best || Math.abs(best[at.time]! - time) > 4_000) {
      place = null;
      for (const fall of scene.tables.falls.values()) {
        if (fall.track_id !== name) continue;
        const way = fall.path.find((one) => one[3] >= time);
        if (way && time >= scene.clock.time_ms) place = [way[0], way[1], way[2]];
      }
    }
    if (!place) continue;
    const spot = eye.project(...(place as [number, number, number]));
    if (!spot.seen) continue;
    const foot = eye.project(place[0], place[1], 0);
    context.strokeStyle = colours.text;
    context.lineWidth = 1;
    context.setLineDash([2, 3]);
    context.beginPath();
    context.moveTo(spot.x, spot.y);
    context.lineTo(foot.x, foot.y);
    context.stroke();
    context.setLineDash([]);
    context.beginPath();
    context.arc(spot.x, spot.y, 6, 0, 7);
    context.lineWidth = 1.8;
    context.stroke();
  }
}

function places(
  context: CanvasRenderingContext2D,
  eye: Projector,
  scene: Scene,
  launch: string | null,
  colours: Colours,
  language: Language,
  labels: Labels,
  hits: Hit[],
): void {
  for (const [name, row] of scene.tables.launches) {
    if (row.is_withdrawn) continue;
    const at = eye.project(row.place[0], row.place[1], 0);
    if (!at.seen) continue;
    hits.push({ x: at.x, y: at.y, table: 'launches', name });
    const isChosen = name === launch;
    const size = isChosen ? 6 : 4;
    context.beginPath();
    context.moveTo(at.x, at.y - size);
    context.lineTo(at.x + size * 0.9, at.y + size * 0.7);
    context.lineTo(at.x - size * 0.9, at.y + size * 0.7);
    context.closePath();
    context.fillStyle = colours.launch;
    context.fill();
    context.strokeStyle = colours.halo;
    context.lineWidth = 1.2;
    context.stroke();
    labels.keepFree(at.x - 6, at.y - 6, 12, 12);
    if (isChosen) {
      labels.add({ ...at, text: phrase('map.launch', language), rank: 88, colour: colours.launch, size: 11.5, weight: 600, gap: 10 });
    }
  }
  for (const [name, row] of scene.tables.falls) {
    if (row.launch_id !== launch) continue;
    const at = eye.project(row.place[0], row.place[1], 0);
    if (!at.seen) continue;
    hits.push({ x: at.x, y: at.y, table: 'falls', name });
    // The expected point is a small cross within its region, never alone.
    context.strokeStyle = colours.fall;
    context.lineWidth = 1.3;
    context.beginPath();
    context.moveTo(at.x - 4, at.y);
    context.lineTo(at.x + 4, at.y);
    context.moveTo(at.x, at.y - 4);
    context.lineTo(at.x, at.y + 4);
    context.stroke();
    const across = Math.max(row.ellipse_95.semi_major_m * eye.scale, 6);
    if (across <= 6) {
      // The region is smaller than its sign: a ring says so, and its size stands beside it.
      context.beginPath();
      context.arc(at.x, at.y, 7.5, 0, 7);
      context.setLineDash([2.5, 2.2]);
      context.stroke();
      context.setLineDash([]);
    }
    labels.keepFree(at.x - 6, at.y - 6, 12, 12);
    labels.add({
      ...at,
      text: `${nameOf(scene, 'body', row.body, language)} · 95 % · ${row.size_text}`,
      rank: row.is_main ? 92 : 60,
      colour: colours.fall,
      size: 11.5,
      weight: 600,
      gap: Math.min(across * 0.4 + 10, 40),
    });
  }
}

function sensors(
  context: CanvasRenderingContext2D,
  eye: Projector,
  scene: Scene,
  colours: Colours,
  language: Language,
  labels: Labels,
  hits: Hit[],
): void {
  for (const [name, row] of scene.tables.sensors) {
    // A sensor in orbit is written beneath where it stands; drawing it there would mislead.
    if (!row.place || row.kind === 'partner' || row.place[2] > 1e6) continue;
    const at = eye.project(row.place[0], row.place[1], 0);
    if (!at.seen) continue;
    hits.push({ x: at.x, y: at.y, table: 'sensors', name });
    const isWell = row.status === 'heard' || row.status === 'orderly';
    const colour = isWell ? colours.sensor : row.status === 'waiting' ? colours['text-soft'] : colours.danger;
    context.fillStyle = colours.halo;
    context.strokeStyle = colour;
    context.lineWidth = 1.8;
    context.beginPath();
    context.arc(at.x, at.y, 4.2, 0, 7);
    context.fill();
    context.stroke();
    context.beginPath();
    if (isWell) {
      context.arc(at.x, at.y, 1.4, 0, 7);
      context.fillStyle = colour;
      context.fill();
    } else {
      context.moveTo(at.x - 5.5, at.y + 5.5);
      context.lineTo(at.x + 5.5, at.y - 5.5);
      context.stroke();
    }
    labels.keepFree(at.x - 5, at.y - 5, 10, 10);
    const said = isWell ? name : `${name} · ${nameOf(scene, 'sensorstatus', row.status, language)}`;
    labels.add({ ...at, text: said, rank: isWell ? 30 : 70, colour, size: 11, gap: 9 });
  }
}

function traffic(
  context: CanvasRenderingContext2D,
  eye: Projector,
  scene: Scene,
  colours: Colours,
  labels: Labels,
  hits: Hit[],
  withWords: boolean,
): void {
  // From far off only the first few in danger are named: the rest are told as the map is drawn nearer.
  let named = 0;
  const all = [...scene.tables.traffic].sort(
    ([, a], [, b]) => (b.danger?.probability ?? 0) - (a.danger?.probability ?? 0),
  );
  for (const [name, row] of all) {
    if (!row.place) continue;
    const at = eye.project(row.place[0], row.place[1], row.kind === 'aircraft' ? (row.height_m ?? 0) : 0);
    if (!at.seen || at.x < -20 || at.y < -20 || at.x > eye.width + 20 || at.y > eye.height + 20) continue;
    hits.push({ x: at.x, y: at.y, table: 'traffic', name });
    const inDanger = row.danger !== null && row.danger.probability > 0;
    const isOld = scene.clock.time_ms - row.reported_ms > 120_000;
    const colour = inDanger ? colours.danger : row.kind === 'vessel' ? colours.ship : colours.aircraft;
    const far = eye.camera.zoom < (inDanger ? 5.4 : 6.2);
    context.save();
    context.translate(at.x, at.y);
    context.fillStyle = isOld || row.doubts.length > 0 ? faint(colour, 0.35) : faint(colour, far && !inDanger ? 0.55 : 0.95);
    if (far) {
      const dot = inDanger ? 1.5 : 1.1;
      context.fillRect(-dot, -dot, 2 * dot, 2 * dot);
    } else {
      context.rotate((((row.course_deg ?? 0) - eye.camera.bearing) * Math.PI) / 180);
      context.beginPath();
      if (row.kind === 'vessel') {
        context.moveTo(0, -6);
        context.lineTo(3.2, 0.5);
        context.lineTo(3.2, 5);
        context.lineTo(-3.2, 5);
        context.lineTo(-3.2, 0.5);
      } else {
        context.moveTo(0, -6.5);
        context.lineTo(1.3, -1.5);
        context.lineTo(6, 1.6);
        context.lineTo(6, 3);
        context.lineTo(1.3, 1.8);
        context.lineTo(2.6, 5.8);
        context.lineTo(-2.6, 5.8);
        context.lineTo(-1.3, 1.8);
        context.lineTo(-6, 3);
        context.lineTo(-6, 1.6);
        context.lineTo(-1.3, -1.5);
      }
      context.closePath();
      context.fill();
      if (inDanger) {
        context.lineWidth = 1.4;
        context.strokeStyle = colours.halo;
        context.stroke();
      }
    }
    context.restore();
    if (inDanger && !far) {
      context.strokeStyle = colour;
      context.lineWidth = 1.4;
      context.beginPath();
      context.arc(at.x, at.y, 10, 0, 7);
      context.stroke();
    }
    if (withWords && (inDanger ? !far || (named += 1) <= 2 : eye.camera.zoom > 6.4)) {
      const text = inDanger ? `${row.name || row.identity} · ${row.danger!.probability_text}` : row.name || row.identity;
      labels.add({ ...at, text, rank: inDanger ? 70 + 9 * row.danger!.probability : 5, colour, size: 11, weight: inDanger ? 650 : 450, gap: inDanger ? 13 : 9 });
    }
  }
}

function zoneNames(
  eye: Projector,
  scene: Scene,
  zones: readonly ZoneFeature[],
  colours: Colours,
  language: Language,
  labels: Labels,
): void {
  for (const zone of zones) {
    if (zone.kind !== 'eez' && zone.kind !== 'other') continue;
    const seen = zone.size * 4 ** eye.camera.zoom;
    if (seen < 2_500) continue;
    const at = eye.project(zone.name[0], zone.name[1], 0);
    if (!at.seen) continue;
    labels.add({
      ...at,
      text: zoneOnMap(scene, zone.zone, zone.kind, language),
      rank: 10 + Math.min(zone.size / 100, 9),
      colour: faint(colours.zone, 0.95),
      size: 10.5,
      weight: 550,
      spacing: 0.6,
      isCentred: true,
    });
  }
}
