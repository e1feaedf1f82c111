// Signing a decision as the watch checks it: Ed25519 over a line for each field.

export interface Signer {
  operator: string;
  /** Null where no operators are listed: a simulation takes a name alone. */
  key: CryptoKey | null;
  /** The public key, 32 bytes in hexadecimal. */
  publicKey: string;
}

export interface Unsigned {
  mode: string;
  action: 'approve' | 'cancel';
  warning_id: string;
  revision: number;
  document: string;
  digest: string;
  reason: string;
}

/** What stands before a 32-byte seed in PKCS 8, for Ed25519 (RFC 8410). */
const PKCS8 = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x70, 4, 0x22, 4, 0x20];

/** Take a person's secret key: 64 hexadecimal digits of its seed, or PEM of PKCS 8. */
export async function signerFrom(
  operator: string,
  text: string,
  mayBeUnsigned = false,
): Promise<Signer | null> {
  if (mayBeUnsigned && text === '' && operator.trim() !== '') {
    return { operator: operator.trim(), key: null, publicKey: '' };
  }
  const bare = text.replace(/-----[^-]+-----|\s/g, '');
  let seed: Uint8Array;
  if (/^[0-9a-f]{64}$/i.test(bare)) {
    seed = Uint8Array.from(bare.match(/../g)!, (pair) => Number.parseInt(pair, 16));
  } else if (/^[A-Za-z0-9+/]{60,70}={0,2}$/.test(bare)) {
    seed = Uint8Array.from(atob(bare), (letter) => letter.charCodeAt(0)).slice(-32);
  } else return null;
  if (operator.trim() === '' || seed.length !== 32) return null;
  const whole = new Uint8Array([...PKCS8, ...seed]);
  const key = await crypto.subtle.importKey('pkcs8', whole, 'Ed25519', true, ['sign']);
  const { x = '' } = await crypto.subtle.exportKey('jwk', key);
  const url = x.replace(/-/g, '+').replace(/_/g, '/');
  const publicKey = [...atob(url)]
    .map((letter) => letter.charCodeAt(0).toString(16).padStart(2, '0'))
    .join('');
  return { operator: operator.trim(), key, publicKey };
}

const oneLine = (text: string) => text.split(/\s+/).filter(Boolean).join(' ');

/** The text that is signed; the watch makes the same from what it is told. */
export function textOf(decision: Unsigned, operator: string, time: string): string {
  return [
    'launchwatch decision 1',
    decision.mode,
    decision.action,
    decision.warning_id,
    String(decision.revision),
    decision.document,
    decision.digest,
    operator,
    time,
    decision.reason,
  ]
    .map(oneLine)
    .join('\n');
}

/**
 * Sign a decision now; give what the watch is to be told. Which action and which mode it knows by
 * itself: they are signed, not sent.
 */
export async function signed(signer: Signer, decision: Unsigned): Promise<Record<string, unknown>> {
  // Without the fraction's last zeros: so the watch writes the moment when it checks.
  const { action: _action, mode: _mode, ...sent } = decision;
  if (signer.key === null) return { ...sent, operator: signer.operator };
  const time = new Date().toISOString().replace(/\.?0*Z$/, 'Z');
  const text = new TextEncoder().encode(textOf(decision, signer.operator, time));
  const signature = new Uint8Array(await crypto.subtle.sign('Ed25519', signer.key, text));
  return {
    ...sent,
    operator: signer.operator,
    key: signer.publicKey,
    signed: time,
    signature: [...signature].map((one) => one.toString(16).padStart(2, '0')).join(''),
  };
}
