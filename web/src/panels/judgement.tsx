// What is believed, how surely, since when, by which sensors, why, and what would change it.

import type { FallRow, VerdictRow } from '../scene/format';
import { fallsOf, type Scene } from '../scene/scene';
import { chosen, type Language } from '../state';
import { ageText, clockText, countText, lengthText, nameOf, phrase, said } from '../words/words';
import { Arguments, Facts, Section, Sentences, Shares } from './parts';

interface Props {
  scene: Scene;
  launch: string | null;
  language: Language;
}

export function Judgement({ scene, launch, language }: Props) {
  const row = launch === null ? undefined : scene.tables.launches.get(launch);
  if (!row || launch === null) return <Nothing scene={scene} language={language} />;
  const now = scene.clock.time_ms;
  const falls = fallsOf(scene, launch);
  const main = falls[0];
  const tracks = row.track_ids.flatMap((id) => {
    const track = scene.tables.tracks.get(id);
    return track && track.status !== 'dropped' ? [[id, track] as const] : [];
  });
  const fact = (code: string) => nameOf(scene, 'fact', code, language);
  const about = row.arguments;
  const statement = scene.tables.statements.get(launch);
  return (
    <div class="judgement">
      <Choice scene={scene} launch={launch} language={language} />
      <div class={`headline ${row.is_withdrawn ? 'withdrawn' : ''}`}>
        <p class="id">
          {launch}
          {row.is_withdrawn && <strong> · {phrase('judgement.withdrawn', language)}</strong>}
        </p>
        <h2>{said(row.headline, language)}</h2>
        <p class="age">
          {phrase('judgement.launch', language)} <b>{row.probability_text}</b>
          {' · '}
          {phrase('judgement.since', language, { age: ageText(now - row.said_ms, language), revision: row.revision })}
          {' · '}
          {phrase('judgement.first', language, { age: ageText(now - row.since_ms, language) })}
        </p>
      </div>
      {main && !row.is_withdrawn && <Countdown fall={main[1]} now={now} language={language} scene={scene} />}
      <Verdicts scene={scene} launch={launch} language={language} />
      <Section title={phrase('judgement.facts', language)}>
        <Facts facts={row.facts} language={language} name={fact} />
      </Section>
      {tracks.map(([id, track]) => (
        <Section key={id} title={`${phrase('judgement.now', language)} · ${id}`} note={nameOf(scene, 'status', track.status, language)}>
          <Facts facts={track.facts} language={language} name={fact} />
        </Section>
      ))}
      <Section title={phrase('judgement.families', language)}>
        <Shares shares={row.families.filter((one) => one.probability > 0.005)} most={4} name={(code) => nameOf(scene, 'family', code, language)} />
      </Section>
      <Section
        title={phrase('judgement.why', language)}
        note={`${phrase('judgement.sensors', language)} ${row.sensors.join(', ')} · ${phrase('judgement.paths', language, { count: row.paths })}`}
      >
        <Arguments all={about} language={language} />
      </Section>
      {row.would_change.length > 0 && (
        <Section title={phrase('judgement.change', language)}>
          <Sentences all={row.would_change} language={language} />
        </Section>
      )}
      {row.resolutions && (
        <Section title={phrase('judgement.resolutions', language)}>
          <p class="line">
            {nameOf(scene, 'resolutions', row.resolutions.code, language)} <b>{row.resolutions.text}</b>
          </p>
        </Section>
      )}
      {falls.length > 1 && <Bodies falls={falls.slice(1)} scene={scene} language={language} />}
      {statement && (
        <details class="statement">
          <summary>{phrase('judgement.statement', language)}</summary>
          <h4>{said(statement.title, language)}</h4>
          <p>{said(statement.text, language)}</p>
        </details>
      )}
    </div>
  );
}

function Nothing({ scene, language }: { scene: Scene; language: Language }) {
  const sensors = [...scene.tables.sensors.values()];
  return (
    <div class="judgement">
      <div class="headline">
        <h2>{phrase('judgement.none', language)}</h2>
        <p class="age">
          {phrase('judgement.none.long', language, {
            sensors: sensors.length,
            heard: sensors.filter((one) => one.status === 'heard' || one.status === 'orderly').length,
            tracks: [...scene.tables.tracks.values()].filter((one) => one.status !== 'dropped').length,
          })}
        </p>
      </div>
    </div>
  );
}

function Choice({ scene, launch, language }: Props) {
  const all = [...scene.tables.launches];
  if (all.length < 2) return null;
  return (
    <div class="choice" role="group" aria-label={phrase('menu.launch', language)}>
      {all.map(([name, row]) => {
        const fall = fallsOf(scene, name)[0]?.[1];
        const left = fall ? fall.fall_time_ms - scene.clock.time_ms : null;
        return (
          <button
            key={name}
            type="button"
            aria-pressed={name === launch}
            class={row.is_withdrawn ? 'withdrawn' : ''}
            onClick={() => chosen.set(name)}
          >
            <span>{name.split('-').slice(1).join('-') || name}</span>
            {left !== null && <span class="left">{left > 0 ? `−${countText(left)}` : `+${countText(left)}`}</span>}
          </button>
        );
      })}
    </div>
  );
}

function Countdown({ fall, now, language, scene }: { fall: FallRow; now: number; language: Language; scene: Scene }) {
  const left = fall.fall_time_ms - now;
  const isPast = left <= 0;
  return (
    <div class={`countdown ${isPast ? 'past' : ''}`}>
      <div>
        <p class="label">{phrase(isPast ? 'judgement.fell' : 'judgement.falls.in', language)}</p>
        <p class="big">
          {countText(left)}
          <span class="doubt"> ± {fall.fall_time_sigma_s < 10 ? fall.fall_time_sigma_s.toFixed(1) : Math.round(fall.fall_time_sigma_s)} s</span>
        </p>
      </div>
      <div class="side">
        <p class="label">{nameOf(scene, 'fallstatus', fall.status, language)}</p>
        <p class="window">
          {phrase('judgement.window', language, { from: clockText(fall.window_ms[0]), to: clockText(fall.window_ms[1]) })}
        </p>
        <p class="window">
          {fall.size_text} · {ageText(now - fall.said_ms, language)}
        </p>
      </div>
    </div>
  );
}

const ORDER = { inside: 0, 'too-close-to-call': 1, open: 2, outside: 3 } as const;

function Verdicts({ scene, launch, language }: { scene: Scene; launch: string; language: Language }) {
  const all = [...scene.tables.verdicts]
    .filter(([, row]) => row.launch_id === launch && row.claims === scene.head.claims)
    .sort(([, a], [, b]) => ORDER[a.verdict] - ORDER[b.verdict] || b.probability - a.probability);
  const shown = all.filter(([, row]) => row.is_shown);
  const rest = all.length - shown.length;
  const others = [...scene.tables.verdicts].filter(
    ([, row]) => row.launch_id === launch && row.claims !== scene.head.claims && row.is_shown,
  );
  return (
    <Section
      title={phrase('judgement.zones', language)}
      note={phrase('judgement.zones.by', language, { claims: nameOf(scene, 'claims', scene.head.claims, language) })}
      name="zones"
    >
      {shown.length === 0 && <p class="line soft">{phrase('judgement.zones.none', language)}</p>}
      <ul class="verdicts">
        {[...shown, ...others].map(([name, row]) => (
          <Verdict key={name} row={row} scene={scene} language={language} />
        ))}
      </ul>
      {rest > 0 && <p class="line soft">{phrase('judgement.more', language, { count: rest })}</p>}
    </Section>
  );
}

function Verdict({ row, scene, language }: { row: VerdictRow; scene: Scene; language: Language }) {
  const now = scene.clock.time_ms;
  const edge =
    row.distance_km === null
      ? ''
      : phrase(row.distance_km < 0 ? 'verdict.in' : 'verdict.out', language, { distance: lengthText(row.distance_km, language) });
  const isOther = row.claims !== scene.head.claims;
  const bits = [
    row.body === 'whole' ? '' : nameOf(scene, 'body', row.body, language),
    isOther ? nameOf(scene, 'claims', row.claims || 'user', language) : '',
    edge,
    phrase('verdict.since', language, { age: ageText(now - row.since_ms, language) }),
    row.reverses ? phrase('verdict.was', language, { verdict: nameOf(scene, 'verdict', row.reverses, language) }) : '',
  ].filter((one) => one !== '');
  return (
    <li class={`${row.verdict} ${isOther ? 'other' : ''}`}>
      <details>
        <summary>
          <span class="zone">{nameOf(scene, 'zone', row.zone, language)}</span>
          <span class="call">{nameOf(scene, 'verdict', row.verdict, language)}</span>
          <span class="number">{row.probability_text}</span>
          <span class="bits">{bits.join(' · ')}</span>
        </summary>
        <p>{said(row.text, language)}</p>
        <p class="soft">{said(row.would_change, language)}</p>
      </details>
    </li>
  );
}

function Bodies({ falls, scene, language }: { falls: readonly [string, FallRow][]; scene: Scene; language: Language }) {
  return (
    <Section title={phrase('judgement.body', language)}>
      {falls.map(([name, fall]) => (
        <div key={name} class="body">
          <h4>
            {nameOf(scene, 'body', fall.body, language)} <span class="note">{name}</span>
          </h4>
          <Facts facts={fall.facts} language={language} name={(code) => nameOf(scene, 'fact', code, language)} />
        </div>
      ))}
    </Section>
  );
}

