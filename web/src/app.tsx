// The whole page: mode band, map, panels, charts, timeline.

import { useEffect } from 'preact/hooks';
import { use } from './cells';
import { Band } from './band';
import { Chart } from './charts/chart';
import { families, phases, profile, size, speeds } from './charts/drawings';
import { Help } from './help';
import { MapView } from './mapview';
import { Panels } from './panels/panels';
import { Timeline } from './timeline';
import { language, link, look, read } from './state';
import { phrase } from './words/words';

export function App() {
  const words = use(language);
  const colour = use(look);
  const scene = use(read);
  const state = use(link);
  const title = scene?.head.title ?? '';
  const mode = scene?.head.mode_word[words] ?? '';
  useEffect(() => {
    document.documentElement.dataset['look'] = colour;
    document.documentElement.lang = words;
    document.title = [mode, title, 'launchwatch'].filter(Boolean).join(' · ');
  }, [colour, words, title, mode]);
  if (!scene) {
    return (
      <div class="page empty">
        <a class="skip" href="#panel">
          {phrase('page.skip', words)}
        </a>
        <main class="waiting">
          <h1>launchwatch</h1>
          <p role="status">{phrase(state === 'opening' ? 'page.connecting' : 'page.waiting', words)}</p>
        </main>
      </div>
    );
  }
  return (
    <div class="page">
      <a class="skip" href="#panel">
        {phrase('page.skip', words)}
      </a>
      <Band />
      <MapView />
      <Panels />
      <section class="charts" aria-label={phrase('chart.all', words)} tabIndex={0}>
        <Chart name="profile" title={phrase('chart.profile', words)} note={`${phrase('axis.height', words)} · ${phrase('axis.range', words)}`} none={phrase('chart.none', words)} draw={profile} />
        <Chart name="size" title={phrase('chart.size', words)} note={phrase('axis.area', words)} none={phrase('chart.none', words)} draw={size} />
        <Chart name="small" title={phrase('chart.speed', words)} note={phrase('axis.speed', words)} none={phrase('chart.none', words)} draw={speeds} />
        <Chart name="small" title={phrase('chart.phase', words)} note="%" none={phrase('chart.none', words)} draw={phases} />
        <Chart name="small" title={phrase('chart.family', words)} note="%" none={phrase('chart.none', words)} draw={families} />
      </section>
      <Timeline />
      <Help />
    </div>
  );
}
