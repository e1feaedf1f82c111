// Which sensors are heard, how long ago, and what is the matter with them.

import type { SensorRow } from '../scene/format';
import type { Scene } from '../scene/scene';
import type { Language } from '../state';
import { ageText, countedText, nameOf, phrase } from '../words/words';
import { Section } from './parts';

export function Sensors({ scene, language }: { scene: Scene; language: Language }) {
  const all = [...scene.tables.sensors];
  const { counts } = scene;
  const alarms = [...scene.tables.alarms];
  const partners = [...scene.tables.partners];
  return (
    <div class="sensors">
      {alarms.length > 0 && (
        <Section title={phrase('sensors.alarms', language)} name="alarms">
          <ul class="sentences">
            {alarms.map(([name, row]) => (
              <li key={name}>
                <b>{nameOf(scene, 'part', row.part, language)}</b> {row.text} ({ageText(scene.clock.time_ms - row.since_ms, language)})
              </li>
            ))}
          </ul>
        </Section>
      )}
      <Section title={phrase('tab.sensors', language)}>
        {all.length === 0 && <p class="line soft">{phrase('sensors.none', language)}</p>}
        <ul class="cards">
          {all.map(([name, row]) => (
            <Card key={name} name={name} row={row} scene={scene} language={language} />
          ))}
        </ul>
      </Section>
      {partners.length > 0 && (
        <Section title={phrase('told.partners', language)}>
          <ul class="cards">
            {partners.map(([name, row]) => (
              <li key={name}>
                <p class="top">
                  <b>{row.partner}</b> {row.partner_track}
                  <span class="state">{nameOf(scene, 'standing', row.standing, language)}</span>
                </p>
                <p class="soft">
                  {[row.track_id, row.reason, phrase('sensors.since', language, { age: ageText(scene.clock.time_ms - row.since_ms, language) })]
                    .filter(Boolean)
                    .join(' · ')}
                </p>
              </li>
            ))}
          </ul>
        </Section>
      )}
      {counts && (
        <Section title={phrase('sensors.refused', language)} note={phrase('sensors.lines', language, { lines: countedText(counts.lines, language), plots: countedText(counts.plots, language) })}>
          <dl class="facts">
            {Object.entries(counts.refused)
              .filter(([, count]) => count > 0)
              .map(([reason, count]) => (
                <div key={reason}>
                  <dt>{nameOf(scene, 'refused', reason, language)}</dt>
                  <dd>{countedText(count, language)}</dd>
                </div>
              ))}
          </dl>
          {counts.last_refused && <p class="line soft">{counts.last_refused}</p>}
        </Section>
      )}
    </div>
  );
}

function Card({ name, row, scene, language }: { name: string; row: SensorRow; scene: Scene; language: Language }) {
  const now = scene.clock.time_ms;
  const isWell = row.status === 'heard' || row.status === 'orderly';
  const isIll = !isWell && row.status !== 'waiting';
  return (
    <li class={isIll || row.health !== 'good' ? 'ill' : isWell ? 'well' : ''}>
      <p class="top">
        <b>{name}</b> <span class="soft">{nameOf(scene, 'sensor', row.kind, language)} · {row.owner}</span>
        <span class="state">{nameOf(scene, 'sensorstatus', row.status, language)}</span>
      </p>
      <p class="soft">
        {row.heard_ms === null
          ? phrase('sensors.never', language)
          : phrase('sensors.heard', language, { age: ageText(now - row.heard_ms, language) })}
        {' · '}
        {phrase('sensors.plots', language, { count: countedText(row.plots, language) })}
        {isIll && row.since_ms !== null && ` · ${phrase('sensors.since', language, { age: ageText(now - row.since_ms, language) })}`}
      </p>
      {(row.health !== 'good' || row.reason) && (
        <p class="ill-text">
          {[row.health === 'good' ? '' : nameOf(scene, 'health', row.health, language), row.reason].filter(Boolean).join(': ')}
          {row.noise_factor > 1.005 && ` · ${phrase('sensors.weight', language, { factor: row.noise_factor.toFixed(1) })}`}
        </p>
      )}
      {row.biases.length > 0 && (
        <details class="biases">
          <summary>{phrase('sensors.bias', language)}</summary>
          {row.biases.map((bias) => `${nameOf(scene, 'bias', bias.code, language)} ${bias.text}`).join(', ')}
        </details>
      )}
    </li>
  );
}
