// The launch record in the panel: a time axis, filters, the list, and one launch in full.

import { useEffect } from 'preact/hooks';
import { use } from '../cells';
import type { Scene } from '../scene/scene';
import { opened, visited, type Language } from '../state';
import { nameOf, phrase } from '../words/words';
import { Axis } from './axis';
import { Section } from './parts';
import { canFly, filters, flight, fly, kept, KEYS, recorded, records, valuesOf, type Filters, type Recorded } from './record';

/** Rows of the list at most: the rest is found by the filters or on the axis. */
const MOST = 400;

export function PastLaunches({ scene, language }: { scene: Scene; language: Language }) {
  const all = use(records);
  const wanted = use(filters);
  const some = use(kept);
  const open = use(opened);
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
  const choices = (key: keyof Filters) => [...new Set(all.flatMap((one) => valuesOf(one, key)))].sort();
  return (
    <Section title={phrase('history.record', language)} note={phrase('history.count', language, { shown: some.length, all: all.length })}>
      <Axis language={language} />
      <div class="filters" role="group" aria-label={phrase('history.filter', language)}>
        {KEYS.map((key) => (
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
      <p class="line soft">{phrase('history.doubt', language)}</p>
      <ol class="records">
        {[...some].reverse().slice(0, MOST).map((one) => (
          <li key={one.id}>
            <button type="button" aria-expanded={open === one.id} onClick={() => opened.set(open === one.id ? null : one.id)}>
              <span class="when">{one.date}</span>
              <span>{one.site}</span>
              <span class="soft">{one.family && nameOf(scene, 'family', one.family, language)}</span>
            </button>
            {open === one.id && <One one={one} language={language} />}
          </li>
        ))}
      </ol>
    </Section>
  );
}

function One({ one, language }: { one: Recorded; language: Language }) {
  const now = use(flight);
  const seen = use(visited);
  const own = now?.id === one.id ? now : null;
  const isBusy = own?.state === 'working';
  return (
    <div class="recorded">
      <p class="soft">{[one.id, one.text, ...one.zones].filter(Boolean).join('; ')}</p>
      {canFly(one) && (
        <button type="button" class="fly" disabled={isBusy || seen?.id === one.id} onClick={() => void fly(one.id)}>
          {phrase(seen?.id === one.id ? 'history.shown' : 'history.fly', language)}
        </button>
      )}
      {!one.flies && <p class="soft">{one.why_not}</p>}
      <p role="status" class={own?.state === 'refused' ? 'ill-text' : 'soft'}>
        {isBusy ? phrase('history.flying', language) : own?.state === 'refused' ? own.reason : ''}
      </p>
      {own?.comparison && seen?.id === one.id && (
        <div class="scroll" tabIndex={0} role="group" aria-label={phrase('compare.subject', language)}>
          <table>
            <thead>
              <tr>
                {(['subject', 'seen', 'reported', 'truth'] as const).map((name) => (
                  <th scope="col" key={name}>
                    {phrase(`compare.${name}`, language)}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {own.comparison.rows.map((row) => (
                <tr key={row.subject}>
                  <th scope="row">{row.subject}</th>
                  <td>{row.seen}</td>
                  <td>
                    {row.reported}
                    {row.said_by && <span class="soft">{row.said_by}</span>}
                  </td>
                  <td>{row.truth}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </div>
  );
}
