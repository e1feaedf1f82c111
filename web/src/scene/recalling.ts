// Recalling the past beside the page: reading and applying frames takes a thread of its own, so
// that nothing on the page waits for it; only what differs from the moment before comes over.

import type { Frame } from './format';
import { Past } from './past';
import { merge, type Scene } from './scene';
import { ask, isSaved, token } from './source';

export interface Recall {
  /** Ask how far the past reaches. */
  look(): Promise<[number, number] | null>;
  /** Give the scene as it was known at a moment; null where there is none. */
  moment(time: number): Promise<Scene | null>;
  /** Let go of what is held for it. */
  end(): void;
}

export type Asked = { id: number; look: true } | { id: number; time: number } | { base: string; token: string; place: string };
export interface Answer {
  id: number;
  span?: [number, number] | null;
  change?: Frame | null;
  error?: string;
}

/** Recall this watch, or what another place of it lists. A saved page may run no worker, and holds no raid: there the page itself recalls. */
export function recall(place = '/api/history'): Recall {
  return isSaved ? new Past(ask, place) : elsewhere(place);
}

function elsewhere(place: string): Recall {
  const worker = new Worker(new URL('./recaller.ts', import.meta.url), { type: 'module' });
  const waiting = new Map<number, { done(answer: Answer): void; failed(error: Error): void }>();
  let last = 0;
  let before: Scene | null = null;
  worker.postMessage({ base: document.baseURI, token, place } satisfies Asked);
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const one = waiting.get(data.id);
    waiting.delete(data.id);
    if (data.error !== undefined) one?.failed(new Error(data.error));
    else one?.done(data);
  };
  worker.onerror = () => {
    for (const one of waiting.values()) one.failed(new Error('the past cannot be read here'));
    waiting.clear();
  };
  const put = (what: { look: true } | { time: number }) =>
    new Promise<Answer>((done, failed) => {
      last += 1;
      waiting.set(last, { done, failed });
      worker.postMessage({ id: last, ...what } satisfies Asked);
    });
  return {
    async look() {
      return (await put({ look: true })).span ?? null;
    },
    async moment(time) {
      const { change } = await put({ time });
      if (!change) return null;
      // Answers come in the order they were asked: each change is to the one before.
      before = merge(before, change);
      return before;
    },
    end: () => worker.terminate(),
  };
}
