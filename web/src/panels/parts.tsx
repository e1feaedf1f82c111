// Small parts that all panels are made of.

import type { ComponentChildren } from 'preact';
import type { Argument, Fact, Share, Words } from '../scene/format';
import { clockText, phrase } from '../words/words';
import type { Language } from '../state';

export function Section(props: { title: string; note?: string; children: ComponentChildren; name?: string }) {
  return (
    <section class={`part ${props.name ?? ''}`}>
      <h3>
        {props.title}
        {props.note && <span class="note">{props.note}</span>}
      </h3>
      {props.children}
    </section>
  );
}

export function Facts(props: {
  facts: readonly Fact[];
  language: Language;
  name(code: string): string;
}) {
  return (
    <dl class="facts">
      {props.facts.map((fact) => (
        <div key={fact.code}>
          <dt>{props.name(fact.code)}</dt>
          <dd>{fact.text[props.language]}</dd>
        </div>
      ))}
    </dl>
  );
}

export function Shares(props: { shares: readonly Share[]; name(code: string): string; most: number }) {
  return (
    <ul class="shares">
      {props.shares.slice(0, props.most).map((share) => (
        <li key={share.code}>
          <span class="name">{props.name(share.code)}</span>
          <meter min={0} max={1} value={share.probability} aria-label={props.name(share.code)}>
            {share.text}
          </meter>
          <span class="number">{share.text}</span>
        </li>
      ))}
    </ul>
  );
}

const MARK = { for: '+', against: '−', open: '?' } as const;

export function Arguments(props: { all: readonly Argument[]; language: Language }) {
  return (
    <ul class="arguments">
      {props.all.map((one) => (
        <li key={`${one.about} ${one.code}`} class={one.side}>
          <span class="side" aria-hidden="true">
            {MARK[one.side]}
          </span>
          <span class="unseen">{phrase(`side.${one.side}`, props.language)}: </span>
          <span>{one.text[props.language]}</span>
        </li>
      ))}
    </ul>
  );
}

export function Sentences(props: { all: readonly Words[]; language: Language }) {
  return (
    <ul class="sentences">
      {props.all.map((one) => (
        <li key={one.en}>{one[props.language]}</li>
      ))}
    </ul>
  );
}

export function Time(props: { ms: number }) {
  return <time dateTime={new Date(props.ms).toISOString()}>{clockText(props.ms)}</time>;
}
