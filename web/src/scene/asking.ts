// Asking the watch: from the page and from its workers alike.

export class Unreachable extends Error {}

/** Where a watch is asked, and what lets the page in. */
export interface Door {
  base: string;
  token: string;
}

/** Give what asks a watch for a path, as text. */
export function asking({ base, token }: Door): (path: string) => Promise<string> {
  return async (path) => {
    const headers = token ? { headers: { Authorization: `Bearer ${token}` } } : {};
    const answer = await fetch(new URL(`.${path}`, base), headers);
    if (!answer.ok) throw new Unreachable(`${path}: ${answer.status} ${answer.statusText}`);
    return answer.text();
  };
}
