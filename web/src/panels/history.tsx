// The record: what became known in this watch, and every launch of the launch record.

import { go, latest } from '../player';
import type { Scene } from '../scene/scene';
import { isPlaying, type Language } from '../state';
import { nameOf, phrase, said } from '../words/words';
import { Section, Time } from './parts';
import { PastLaunches } from './past';

export function History({ scene, language }: { scene: Scene; language: Language }) {
  const all = latest() ?? scene;
  const marks = [...all.tables.marks].sort(([, a], [, b]) => b.time_ms - a.time_ms);
  return (
    <div class="history">
      <PastLaunches scene={scene} language={language} />
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
