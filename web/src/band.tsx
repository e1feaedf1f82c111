// The mode band: what this is (live, drill, simulation, replay), what time it is, and the link.

import { useEffect, useRef, useState } from 'preact/hooks';
import { use } from './cells';
import { goLive } from './player';
import { heardAt, isHelpOpen, type Language, language, LANGUAGES, link, look, type Look, LOOKS, moment, newest, read, visited } from './state';
import { ageText, clockText, dateText, phrase, said } from './words/words';

const OWN_NAMES: Record<Language, string> = { en: 'English', ko: '한국어', ja: '日本語' };

export function Band() {
  const words = use(language);
  const scene = use(read);
  const at = use(moment);
  const isOver = use(newest)?.clock.is_over ?? false;
  const state = use(link);
  const colour = use(look);
  const flown = use(visited);
  const box = useRef<HTMLElement>(null);
  const head = scene?.head;
  useEffect(() => {
    // Set by script: the content security policy allows no style attributes in markup.
    if (head) box.current?.style.setProperty('--mode', head.mode_colour);
  }, [head]);
  if (!scene || !head) return null;
  const time = scene.clock.time_ms;
  return (
    <header class={`band ${head.mode}`} ref={box}>
      <div class="mode">
        <strong>{said(head.mode_word, words)}</strong>
        <span class="meaning">{said(head.mode_meaning, words)}</span>
      </div>
      <h1>{head.title}</h1>
      <div class="clock">
        <time dateTime={new Date(time).toISOString()}>
          <b>{clockText(time)}</b> <span class="date">{dateText(time, words)}</span>
        </time>
        <LinkState />
      </div>
      <div class="choices">
        <label>
          <span class="unseen">{phrase('menu.language', words)}</span>
          <select value={words} onChange={(event) => language.set(event.currentTarget.value as Language)}>
            {LANGUAGES.map((one) => (
              <option key={one} value={one} lang={one}>
                {OWN_NAMES[one]}
              </option>
            ))}
          </select>
        </label>
        <label>
          <span class="unseen">{phrase('menu.look', words)}</span>
          <select value={colour} onChange={(event) => look.set(event.currentTarget.value as Look)}>
            {LOOKS.map((one) => (
              <option key={one} value={one}>
                {phrase(`look.${one}`, words)}
              </option>
            ))}
          </select>
        </label>
        <button type="button" class="round" aria-label={phrase('menu.help', words)} title={phrase('menu.help', words)} onClick={() => isHelpOpen.set(true)}>
          ?
        </button>
      </div>
      {at !== null && state !== 'saved' && (
        <p class="then" role="status">
          {flown ? phrase('past.flown', words, { launch: flown.id }) : phrase('past.band', words, { time: clockText(time) })}
          <button type="button" onClick={goLive}>
            {phrase(flown ? 'past.back' : 'past.live', words)}
          </button>
        </p>
      )}
      {state === 'lost' && !isOver && <Lost />}
    </header>
  );
}

function LinkState() {
  const words = use(language);
  const state = use(link);
  const scene = use(newest);
  const over = scene?.clock.is_over;
  return (
    <span class={`link ${state} ${over ? 'over' : ''}`}>
      <span class="pip" aria-hidden="true" />
      {over ? phrase('time.over', words) : phrase(`link.${state}`, words)}
    </span>
  );
}

function Lost() {
  const words = use(language);
  const [, again] = useState(0);
  useEffect(() => {
    const timer = window.setInterval(() => again((n) => n + 1), 1_000);
    return () => clearInterval(timer);
  }, []);
  const age = ageText(performance.now() - heardAt.get(), words);
  return (
    <p class="lost" role="alert">
      {phrase('link.lost.long', words, { age })}
    </p>
  );
}
