// Values that tell who looks at them when they change: all the state this page has.

import { useEffect, useState } from 'preact/hooks';

export interface Cell<T> {
  get(): T;
  set(value: T): void;
  /** Call `look` at each change, until the returned function is called. */
  watch(look: (value: T) => void): () => void;
}

export function cell<T>(first: T): Cell<T> {
  let value = first;
  const looks = new Set<(value: T) => void>();
  return {
    get: () => value,
    set(next) {
      if (Object.is(next, value)) return;
      value = next;
      for (const look of [...looks]) look(value);
    },
    watch(look) {
      looks.add(look);
      return () => looks.delete(look);
    },
  };
}

/** A cell whose value outlives the page, on this machine, where the browser allows that. */
export function kept<T>(name: string, first: T, isOne: (value: unknown) => value is T): Cell<T> {
  const made = cell(first);
  try {
    const before: unknown = JSON.parse(localStorage.getItem(`launchwatch.${name}`) ?? 'null');
    if (isOne(before)) made.set(before);
    made.watch((value) => localStorage.setItem(`launchwatch.${name}`, JSON.stringify(value)));
  } catch {
    // Private windows and saved files have no storage: then nothing is remembered.
  }
  return made;
}

/** A cell that follows another, at most once in so many milliseconds, and at once after a rest. */
export function paced<T>(source: Cell<T>, apart: number): Cell<T> {
  const made = cell(source.get());
  let last = -Infinity;
  let timer = 0;
  const take = () => {
    timer = 0;
    last = performance.now();
    made.set(source.get());
  };
  source.watch(() => {
    if (timer) return;
    const wait = last + apart - performance.now();
    if (wait <= 0) take();
    else timer = window.setTimeout(take, wait);
  });
  return made;
}

/** Give a cell's value, and draw the component again when it changes. */
export function use<T>(source: Cell<T>): T {
  const [value, setValue] = useState(source.get());
  useEffect(() => {
    setValue(() => source.get());
    return source.watch((next) => setValue(() => next));
  }, [source]);
  return value;
}
