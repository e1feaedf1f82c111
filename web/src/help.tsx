// The help over the page: every key there is.

import { useEffect, useRef } from 'preact/hooks';
import { use } from './cells';
import { isHelpOpen, language } from './state';
import { phrase } from './words/words';
import type { Key } from './words/dictionary';

const KEYS: readonly (readonly [keys: readonly string[], what: Key])[] = [
  [['Space'], 'help.play'],
  [[',', '.'], 'help.step'],
  [['[', ']'], 'help.marks'],
  [['S', 'F'], 'help.speed'],
  [['L'], 'help.live'],
  [['+', '−'], 'help.zoom'],
  [['←', '→', '↑', '↓'], 'help.pan'],
  [['G'], 'help.globe'],
  [['T'], 'help.tilt'],
  [['0'], 'help.fit'],
  [['V'], 'help.renderer'],
  [['Y'], 'help.layers'],
  [['1', '…', '4'], 'help.tabs'],
  [['N'], 'help.launches'],
  [['C'], 'help.look'],
  [['I'], 'help.language'],
  [['?'], 'help.help'],
];

export function Help() {
  const words = use(language);
  const isOpen = use(isHelpOpen);
  const box = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const one = box.current!;
    const note = () => isHelpOpen.set(false);
    one.addEventListener('close', note);
    return () => one.removeEventListener('close', note);
  }, []);
  useEffect(() => {
    if (isOpen && !box.current!.open) box.current!.showModal();
    if (!isOpen && box.current!.open) box.current!.close();
  }, [isOpen]);
  return (
    <dialog ref={box} aria-labelledby="help-title">
      <div class="help">
        <h2 id="help-title">{phrase('help.title', words)}</h2>
        <dl>
          {KEYS.map(([keys, what]) => (
            <div key={what}>
              <dt>
                {keys.map((one) => (
                  <kbd key={one}>{one}</kbd>
                ))}
              </dt>
              <dd>{phrase(what, words)}</dd>
            </div>
          ))}
        </dl>
        <p class="soft">{phrase('help.note', words)}</p>
        <button type="button" onClick={() => isHelpOpen.set(false)}>
          {phrase('help.close', words)}
        </button>
      </div>
    </dialog>
  );
}
