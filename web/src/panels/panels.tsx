// The panels beside the map, one at a time.

import { useRef } from 'preact/hooks';
import { use } from '../cells';
import { launchOf } from '../scene/scene';
import { chosen, language, moment, read, tab, type Tab, TABS } from '../state';
import { phrase } from '../words/words';
import { History } from './history';
import { Judgement } from './judgement';
import { Sensors } from './sensors';
import { Told } from './told';

export function Panels() {
  const words = use(language);
  const scene = use(read);
  const now = use(tab);
  const wanted = use(chosen);
  const at = use(moment);
  const list = useRef<HTMLDivElement>(null);
  if (!scene) return null;
  const launch = launchOf(scene, wanted);
  const waiting = [...scene.tables.drafts.values()].filter((row) => row.status === 'waiting').length;
  const ill = [...scene.tables.sensors.values()].filter((row) => ['silent', 'flooding', 'astray'].includes(row.status) || row.health !== 'good').length + scene.tables.alarms.size;
  const badge: Record<Tab, number> = { judgement: 0, told: waiting, sensors: ill, history: 0 };
  const turn = (event: KeyboardEvent) => {
    const by = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (by === 0) return;
    event.preventDefault();
    event.stopPropagation();
    const next = TABS[(TABS.indexOf(now) + by + TABS.length) % TABS.length]!;
    tab.set(next);
    list.current?.querySelector<HTMLElement>(`#tab-${next}`)?.focus();
  };
  return (
    <aside class="panel" id="panel" aria-label={phrase(`tab.${now}`, words)}>
      <div class="tabs" role="tablist" ref={list} onKeyDown={turn}>
        {TABS.map((one) => (
          <button
            key={one}
            type="button"
            role="tab"
            id={`tab-${one}`}
            aria-selected={one === now}
            aria-controls="tab-content"
            tabIndex={one === now ? 0 : -1}
            onClick={() => tab.set(one)}
          >
            {phrase(`tab.${one}`, words)}
            {badge[one] > 0 && <span class="badge">{badge[one]}</span>}
          </button>
        ))}
      </div>
      <div class="content" id="tab-content" role="tabpanel" aria-labelledby={`tab-${now}`} tabIndex={0}>
        {now !== 'judgement' && <h2 class="unseen">{phrase(`tab.${now}`, words)}</h2>}
        {now === 'judgement' && <Judgement scene={scene} launch={launch} language={words} />}
        {now === 'told' && <Told scene={scene} language={words} isPast={at !== null} />}
        {now === 'sensors' && <Sensors scene={scene} language={words} />}
        {now === 'history' && <History scene={scene} language={words} />}
      </div>
    </aside>
  );
}
