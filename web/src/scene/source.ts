// Where the scene comes from: a watch that runs, or elements of a saved page.

import { asking, Unreachable } from './asking';
import type { Frame } from './format';

const saved = new Map<string, string>();
const unpacked = new Map<string, unknown>();

/** True where the page was saved with its data: then no server is ever asked. */
export let isSaved = false;

/** Unpack what a saved page carries, before anything is drawn. */
export async function unpack(): Promise<void> {
  for (const element of document.querySelectorAll<HTMLScriptElement>('script[data-launchwatch]')) {
    saved.set(element.dataset['launchwatch'] ?? '', element.textContent ?? '');
  }
  isSaved = saved.has('/api/history');
  const world = saved.get('world');
  if (world !== undefined) unpacked.set('world', JSON.parse(await inflate(world)));
}

async function inflate(base64: string): Promise<string> {
  const bytes = Uint8Array.from(atob(base64.trim()), (letter) => letter.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
  return new Response(stream).text();
}

/** Give what a saved page carries ready to use, or undefined. */
export function embedded(name: string): unknown {
  return unpacked.get(name);
}

/** The word that lets this page in, found behind `#token=` in its address. */
export const token = new URLSearchParams(location.hash.slice(1)).get('token') ?? '';

const fromWatch = asking({ base: document.baseURI, token });

/** Ask the watch (or the saved page) for a path, as text. */
export async function ask(path: string): Promise<string> {
  const here = saved.get(path);
  if (here !== undefined) return inflate(here);
  if (isSaved) throw new Unreachable(`${path} is not in this file`);
  return fromWatch(path);
}

export async function askJson<T>(path: string): Promise<T> {
  return JSON.parse(await ask(path)) as T;
}

/** How the watch says no: the form was wrong, or the decision does not count. */
interface Refusal {
  error?: string;
  reason?: string;
}

/** Send an operator's decision; give the watch's answer. */
export async function tell(path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(`.${path}`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/json',
      ...(token ? { Authorization: `Bearer ${token}` } : {}),
    },
    body: JSON.stringify(body),
  });
  const said: unknown = await answer.json().catch(() => null);
  if (!answer.ok) {
    const { error, reason } = (said ?? {}) as Refusal;
    throw new Unreachable(error || reason || `${answer.status} ${answer.statusText}`);
  }
  return said;
}

/** Keep a socket to the watch open; call `take` with each frame, `state` as the link changes. */
export function listen(
  take: (frame: Frame) => boolean,
  where: () => { watch: string; sequence: number } | null,
  state: (isOpen: boolean) => void,
): () => void {
  let socket: WebSocket | null = null;
  let wait = 250;
  let timer = 0;
  let ended = false;

  const open = () => {
    const address = new URL('./api/scene', location.href);
    address.protocol = address.protocol === 'https:' ? 'wss:' : 'ws:';
    address.hash = '';
    const one = new WebSocket(address);
    socket = one;
    one.onopen = () => {
      // Where this page left off: the watch sends what came since, or all of it anew.
      one.send(JSON.stringify({ ...(token ? { token } : {}), ...(where() ?? {}) }));
    };
    one.onmessage = (message: MessageEvent<string>) => {
      wait = 250;
      state(true);
      if (!take(JSON.parse(message.data) as Frame)) one.close();
    };
    one.onclose = () => {
      if (socket !== one || ended) return;
      state(false);
      timer = window.setTimeout(open, wait);
      wait = Math.min(wait * 1.6, 5_000);
    };
  };
  open();
  return () => {
    ended = true;
    clearTimeout(timer);
    socket?.close();
  };
}
