// When each nation knew what: first track, first word of a launch, first word of its fall.

import type { KnownRow } from '../scene/format';
import { launchOf, type Scene } from '../scene/scene';
import { chosen, type Language } from '../state';
import { clockText, countText, phrase, said } from '../words/words';
import { Section } from './parts';

const STEPS = ['track', 'launch', 'fall'] as const;

export function Knowing({ scene, language }: { scene: Scene; language: Language }) {
  const groups = new Map<string, KnownRow[]>();
  for (const row of scene.tables.known.values()) {
    const key = row.launch_id ?? '';
    groups.set(key, [...(groups.get(key) ?? []), row]);
  }
  if (groups.size === 0) return null;
  const first = launchOf(scene, chosen.get()) ?? '';
  const order = [...groups.keys()].sort((a, b) => Number(b === first) - Number(a === first) || (a === '' ? 1 : b === '' ? -1 : b.localeCompare(a)));
  return (
    <Section title={phrase('known.title', language)} name="knowing">
      {order.map((launch) => (
        <Launch key={launch} name={launch || phrase('known.unseen', language)} rows={groups.get(launch)!} language={language} />
      ))}
    </Section>
  );
}

function Launch({ name, rows, language }: { name: string; rows: KnownRow[]; language: Language }) {
  const sorted = [...rows].sort((a, b) => (a.launch_ms ?? Infinity) - (b.launch_ms ?? Infinity));
  const soonest = Object.fromEntries(STEPS.map((step) => [step, Math.min(...rows.map((row) => row[`${step}_ms`] ?? Infinity))])) as Record<(typeof STEPS)[number], number>;
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={`${phrase('known.title', language)}: ${name}`}>
      <table>
        <caption>{name}</caption>
        <thead>
          <tr>
            <th scope="col">{phrase('known.nation', language)}</th>
            {STEPS.map((step) => (
              <th scope="col" key={step}>
                {phrase(`known.${step}`, language)}
              </th>
            ))}
          </tr>
        </thead>
        {sorted.map((row) => (
          <tbody key={row.named + row.nation} class={row.differs ? 'differs' : ''}>
            <tr>
              <th scope="row">
                {row.nation}
                {row.is_own && <span class="soft">{phrase('known.own', language)}</span>}
              </th>
              {STEPS.map((step) => (
                <When key={step} at={row[`${step}_ms`]} first={soonest[step]} language={language} />
              ))}
            </tr>
            <tr>
              <td colSpan={4}>
                {said(row.headline, language)}
                {row.difference && <span class={row.differs ? 'ill-text' : 'soft'}>{said(row.difference, language)}</span>}
              </td>
            </tr>
          </tbody>
        ))}
      </table>
    </div>
  );
}

function When({ at, first, language }: { at: number | null; first: number; language: Language }) {
  if (at === null) return <td class="soft">–</td>;
  return (
    <td>
      {clockText(at)}
      {at > first && <span class="soft">{phrase('known.after', language, { age: countText(at - first) })}</span>}
    </td>
  );
}
