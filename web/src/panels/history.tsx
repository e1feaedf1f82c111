// The record: what became known in this watch, and every launch of the launch record.

import { useEffect, useState } from 'preact/hooks';
import { go } from '../player';
import type { Scene } from '../scene/scene';
import { isPlaying, newest, type Language } from '../state';
import { nameOf, phrase, said } from '../words/words';
import { filters, records, recorded, type Filters, type Recorded } from './record';
import { use } from '../cells';
import { Section, Time } from './parts';

export function History({ scene, language }: { scene: Scene; language: Language }) {
  const all = newest.get() ?? scene;
  const marks = [...all.tables.marks].sort(([, a], [, b]) => b.time_ms - a.time_ms);
  return (
    <div class="history">
      <Record scene={scene} language={language} />
      <Section title={phrase('history.watch', language)}>
        <ol class="marks">
          {marks.map(([name, mark]) => (
            <li key={name} class={`weight-${mark.weight} ${mark.time_ms > scene.clock.time_ms ? 'later' : ''}`}>
              <button
                type="button"
                title={phrase('history.go', language)}
                onClick={() => {
                  isPlaying.set(false);
                  go(mark.time_ms);
                }}
              >
                <Time ms={mark.time_ms} />
                <span class="kind">{nameOf(scene, 'mark', mark.kind, language)}</span>
                <span>{said(mark.text, language)}</span>
              </button>
            </li>
          ))}
        </ol>
      </Section>
    </div>
  );
}

function Record({ scene, language }: { scene: Scene; language: Language }) {
  const all = use(records);
  const wanted = use(filters);
  const [open, setOpen] = useState<string | null>(null);
  useEffect(() => {
    void recorded();
  }, []);
  if (all === null) return null;
  if (all.length === 0) {
    return (
      <Section title={phrase('history.record', language)}>
        <p class="line soft">{phrase('history.none', language)}</p>
      </Section>
    );
  }
  const kept = all.filter((one) => (Object.keys(wanted) as (keyof Filters)[]).every((key) => wanted[key] === '' || valueOf(one, key).includes(wanted[key])));
  const choices = (key: keyof Filters) => [...new Set(all.flatMap((one) => valueOf(one, key)))].sort();
  return (
    <Section title={phrase('history.record', language)} note={phrase('history.count', language, { shown: kept.length, all: all.length })}>
      <div class="filters" role="group" aria-label={phrase('history.filter', language)}>
        {(['year', 'site', 'family', 'zone'] as const).map((key) => (
          <label key={key}>
            {phrase(`history.${key}`, language)}
            <select value={wanted[key]} onChange={(event) => filters.set({ ...wanted, [key]: event.currentTarget.value })}>
              <option value="">{phrase('history.any', language)}</option>
              {choices(key).map((one) => (
                <option key={one} value={one}>
                  {key === 'family' || key === 'zone' ? nameOf(scene, key, one, language) : one}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
      <ol class="records">
        {kept.slice(0, 400).map((one) => (
          <li key={one.id}>
            <button type="button" aria-expanded={open === one.id} onClick={() => setOpen(open === one.id ? null : one.id)}>
              <span class="when">{one.date}</span>
              <span>{one.site}</span>
              <span class="soft">{one.family && nameOf(scene, 'family', one.family, language)}</span>
            </button>
            {open === one.id && <p class="soft">{one.text}</p>}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function valueOf(one: Recorded, key: keyof Filters): readonly string[] {
  if (key === 'year') return [one.date.slice(0, 4)];
  if (key === 'zone') return one.zones;
  return [one[key]].filter(Boolean);
}
