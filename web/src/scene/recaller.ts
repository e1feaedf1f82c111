// The thread that recalls: see recalling.ts.

import { asking } from './asking';
import { between } from './between';
import { Past } from './past';
import type { Answer, Asked } from './recalling';
import type { Scene } from './scene';

let past: Past | null = null;
let sent: Scene | null = null;
let turn = Promise.resolve();

async function answer(asked: Exclude<Asked, { base: string }>): Promise<Answer> {
  if (!past) throw new Error('nobody said where the watch is');
  if ('look' in asked) return { id: asked.id, span: await past.look() };
  const scene = await past.moment(asked.time);
  if (!scene) return { id: asked.id, change: null };
  const change = between(sent, scene);
  sent = scene;
  return { id: asked.id, change };
}

self.onmessage = ({ data }: MessageEvent<Asked>) => {
  if ('base' in data) {
    past = new Past(asking(data), data.place);
    return;
  }
  // One after the other, so that each change is to the one before.
  turn = turn.then(async () => {
    let said: Answer;
    try {
      said = await answer(data);
    } catch (error) {
      said = { id: data.id, error: String(error) };
    }
    self.postMessage(said);
  });
};
