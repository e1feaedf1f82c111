// What this machine can draw: asked once, of a context made for it.

import { isSaved } from '../scene/source';

/** Told by the build: a saved page has the plain view alone. */
declare const __SAVED__: boolean;

export interface Ability {
  /** There is WebGL 2. */
  isThere: boolean;
  /** A processor plays the GPU: half a second a picture, where a GPU takes a hundredth. */
  isSoft: boolean;
}

let known: Ability | null = null;

export function ability(): Ability {
  known ??= ask();
  return known;
}

function ask(): Ability {
  try {
    const gl = document.createElement('canvas').getContext('webgl2');
    if (!gl) return { isThere: false, isSoft: false };
    const names = gl.getExtension('WEBGL_debug_renderer_info');
    const name = String(gl.getParameter(names ? names.UNMASKED_RENDERER_WEBGL : gl.RENDERER));
    gl.getExtension('WEBGL_lose_context')?.loseContext();
    return { isThere: true, isSoft: /swiftshader|llvmpipe|software|basic render/i.test(name) };
  } catch {
    return { isThere: false, isSoft: false };
  }
}

export const canRich = (): boolean => !__SAVED__ && !isSaved && ability().isThere;

export function isRichWanted(choice: 'auto' | 'rich' | 'plain'): boolean {
  return canRich() && (choice === 'rich' || (choice === 'auto' && !ability().isSoft));
}
