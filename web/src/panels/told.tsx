// Who was told what, when; and what waits for people to approve it.

import type { DeliveryRow, WarningRow } from '../scene/format';
import type { Scene } from '../scene/scene';
import type { Language } from '../state';
import { ageText, clockText, nameOf, phrase, said } from '../words/words';
import { Decide, Document, Withdraw } from './deciding';
import { Knowing } from './knowing';
import { Arguments, Section } from './parts';

export function Told({ scene, language, isPast }: { scene: Scene; language: Language; isPast: boolean }) {
  const drafts = [...scene.tables.drafts].filter(([, row]) => row.status === 'waiting');
  const warnings = [...scene.tables.warnings].sort(([, a], [, b]) => b.said_ms - a.said_ms);
  const deliveries = [...scene.tables.deliveries].sort(([, a], [, b]) => b.changed_ms - a.changed_ms);
  const isEmpty = drafts.length + warnings.length + deliveries.length + scene.tables.known.size === 0;
  return (
    <div class="told">
      {isEmpty && <p class="line soft">{phrase('told.none', language)}</p>}
      {drafts.map(([name, row]) => (
        <section class="part draft" key={name}>
          <h3>
            {phrase('told.waiting', language)}
            <span class="note">{ageText(scene.clock.time_ms - row.since_ms, language)}</span>
          </h3>
          <Document texts={row.texts} language={language} title={phrase('told.preview', language)} status={scene.tables.warnings.get(name)?.cap_status ?? ''} />
          <p class="line">
            {phrase('told.needs', language, { have: row.approvals.length, needs: row.needs })}
            {row.approvals.length > 0 && `: ${row.approvals.map((one) => `${one.operator} (…${one.key}) ${clockText(one.time_ms)}`).join(', ')}`}
          </p>
          <Decide draft={row} name={name} canAct={scene.head.can_act} isPast={isPast} language={language} />
        </section>
      ))}
      {warnings.length > 0 && (
        <Section title={phrase('told.warnings', language)}>
          {warnings.map(([name, row]) => (
            <Warning key={name} name={name} row={row} scene={scene} language={language} isPast={isPast} />
          ))}
        </Section>
      )}
      <Knowing scene={scene} language={language} />
      {deliveries.length > 0 && (
        <Section title={phrase('told.deliveries', language)}>
          <Deliveries all={deliveries} scene={scene} language={language} />
        </Section>
      )}
    </div>
  );
}

function Warning({ name, row, scene, language, isPast }: { name: string; row: WarningRow; scene: Scene; language: Language; isPast: boolean }) {
  const wasSent = [...scene.tables.deliveries.values()].some((one) => one.warning_id === name);
  return (
    <details class={`warning ${row.severity} ${row.is_over ? 'over' : ''}`}>
      <summary>
        <span class="action">{nameOf(scene, 'action', row.action, language)}</span>
        <span class="state">{nameOf(scene, 'severity', row.severity, language)} · {row.cap_status}</span>
        <span class="bits">
          {name} · {clockText(row.said_ms)} · {ageText(scene.clock.time_ms - row.said_ms, language)}
          {row.next_update_ms !== null && ` · ${phrase('told.next', language, { time: clockText(row.next_update_ms) })}`}
        </span>
      </summary>
      <Arguments all={row.reasons} language={language} />
      <Document texts={row.texts} language={language} title={phrase('told.document', language)} status={row.cap_status} />
      <ol class="revisions">
        {row.history.map(([revision, action, time]) => (
          <li key={revision}>
            {clockText(time)} {nameOf(scene, 'action', action, language)} {revision}
          </li>
        ))}
      </ol>
      {!row.is_over && (scene.head.can_act || wasSent) && (
        <Withdraw name={name} row={row} canAct={scene.head.can_act} isPast={isPast} language={language} />
      )}
    </details>
  );
}

function Deliveries({ all, scene, language }: { all: readonly [string, DeliveryRow][]; scene: Scene; language: Language }) {
  return (
    <div class="scroll" tabIndex={0} role="group" aria-label={phrase('told.deliveries', language)}>
      <table>
        <thead>
          <tr>
            <th scope="col">{phrase('told.to', language)}</th>
            <th scope="col">{phrase('told.what', language)}</th>
            <th scope="col">{phrase('told.when', language)}</th>
            <th scope="col">{phrase('told.state', language)}</th>
          </tr>
        </thead>
        <tbody>
          {all.map(([name, row]) => (
            <tr key={name} class={row.status}>
              <th scope="row">
                {row.to}
                <span class="soft">{row.channel}</span>
              </th>
              <td>{said(row.subject, language)}</td>
              <td>
                {clockText(row.changed_ms)}
                <span class="soft">{ageText(scene.clock.time_ms - row.changed_ms, language)}</span>
              </td>
              <td>
                {nameOf(scene, 'delivery', row.status, language)}
                {(row.failure || row.receipt) && <span class="soft">{row.failure || row.receipt}</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
