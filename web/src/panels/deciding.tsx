// Approving and cancelling: what a person signs here, with a key that never leaves the browser.

import { useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { DraftRow, Text, WarningRow } from '../scene/format';
import { tell } from '../scene/source';
import { newest, type Language } from '../state';
import { phrase } from '../words/words';
import { signed, type Signer, signerFrom } from './signing';

/** A document's words, as they go out, in one language at a time. */
export function Document(props: { texts: readonly Text[]; language: Language; title: string; status: string }) {
  const [chosen, setChosen] = useState<string | null>(null);
  const all = props.texts;
  const text = all.find((one) => one.language.slice(0, 2) === (chosen ?? props.language)) ?? all[0];
  if (!text) return null;
  return (
    <div class="document">
      <div class="top">
        <span class="note">
          {props.title}
          {props.status && ` · CAP ${props.status}`}
        </span>
        <span class="langs" role="group" aria-label={phrase('menu.language', props.language)}>
          {all.map((one) => {
            const code = one.language.slice(0, 2);
            return (
              <button key={code} type="button" aria-pressed={one === text} onClick={() => setChosen(code)}>
                {code}
              </button>
            );
          })}
        </span>
      </div>
      <div lang={text.language}>
        <h4>{text.headline}</h4>
        <p>{text.description}</p>
        {text.instruction && <p class="instruction">{text.instruction}</p>}
        {text.area && <p class="soft">{text.area}</p>}
      </div>
    </div>
  );
}

/** One person's key, held while the page is open and no longer. */
function Person(props: { language: Language; onSigner(signer: Signer | null): void; children?: ComponentChildren }) {
  const [name, setName] = useState('');
  const [key, setKey] = useState('');
  const change = (nextName: string, nextKey: string) => {
    setName(nextName);
    setKey(nextKey);
    const mode = newest.get()?.head.mode;
    // Whether a name alone counts, the watch decides: only where it lists no operators.
    const mayBeUnsigned = mode === 'simulation' || mode === 'replay';
    void signerFrom(nextName, nextKey, mayBeUnsigned).then(props.onSigner, () => props.onSigner(null));
  };
  return (
    <div class="person">
      <label>
        {phrase('told.operator', props.language)}
        <input type="text" autocomplete="off" value={name} onInput={(event) => change(event.currentTarget.value, key)} />
      </label>
      <label>
        {phrase('told.key', props.language)}
        <input type="password" autocomplete="off" spellcheck={false} value={key} onInput={(event) => change(name, event.currentTarget.value)} />
      </label>
      {props.children}
    </div>
  );
}

interface Said {
  text: string;
  isRefused: boolean;
}

async function send(path: string, body: unknown, language: Language): Promise<Said> {
  try {
    await tell(path, body);
    return { text: phrase('told.thanks', language), isRefused: false };
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { text: phrase('told.refused', language, { why }), isRefused: true };
  }
}

export function Decide(props: { draft: DraftRow; name: string; canAct: boolean; isPast: boolean; language: Language }) {
  const { draft, language } = props;
  const [signer, setSigner] = useState<Signer | null>(null);
  const [answer, setAnswer] = useState<Said | null>(null);
  if (!props.canAct) return <p class="line soft">{phrase('told.readonly', language)}</p>;
  if (props.isPast) return <p class="line soft">{phrase('told.past', language)}</p>;
  const approve = async () => {
    if (!signer) return;
    const mode = newest.get()?.head.mode ?? 'live';
    const body = await signed(signer, {
      mode,
      action: 'approve',
      warning_id: props.name,
      revision: draft.revision,
      document: draft.document,
      digest: draft.digest,
      reason: '',
    });
    setAnswer(await send('/api/approve', body, language));
  };
  return (
    <form
      class="deciding"
      onSubmit={(event) => {
        event.preventDefault();
        void approve();
      }}
    >
      <Person language={language} onSigner={setSigner}>
        <button type="submit" class="strong" disabled={!signer}>
          {phrase('told.approve', language)}
        </button>
      </Person>
      <p role="status" class={answer?.isRefused ? 'refused' : ''}>
        {answer?.text}
      </p>
    </form>
  );
}

/** One action takes a warning back; the text that will go out stands above the button. */
export function Withdraw(props: { name: string; row: WarningRow; canAct: boolean; isPast: boolean; language: Language }) {
  const { language, row } = props;
  const [isOpen, setIsOpen] = useState(false);
  const [signer, setSigner] = useState<Signer | null>(null);
  const [reason, setReason] = useState('');
  const [answer, setAnswer] = useState<Said | null>(null);
  if (!props.canAct) return null;
  if (props.isPast) return <p class="line soft">{phrase('told.past', language)}</p>;
  const cancel = async () => {
    if (!signer) return;
    const mode = newest.get()?.head.mode ?? 'live';
    const body = await signed(signer, {
      mode,
      action: 'cancel',
      warning_id: props.name,
      revision: row.revision,
      document: '',
      digest: '',
      reason,
    });
    setAnswer(await send('/api/cancel', body, language));
  };
  if (!isOpen) {
    return (
      <button type="button" class="danger" onClick={() => setIsOpen(true)}>
        {phrase('told.cancel', language)}
      </button>
    );
  }
  return (
    <form
      class="deciding cancel"
      onSubmit={(event) => {
        event.preventDefault();
        void cancel();
      }}
    >
      <p class="line">{phrase('told.cancel.sure', language)}</p>
      <label>
        {phrase('told.reason', language)}
        <input type="text" value={reason} onInput={(event) => setReason(event.currentTarget.value)} />
      </label>
      <Person language={language} onSigner={setSigner} />
      <div class="buttons">
        <button type="submit" class="danger" disabled={!signer}>
          {phrase('told.cancel.now', language)}
        </button>
        <button type="button" onClick={() => setIsOpen(false)}>
          {phrase('told.keep', language)}
        </button>
      </div>
      <p role="status" class={answer?.isRefused ? 'refused' : ''}>
        {answer?.text}
      </p>
    </form>
  );
}
