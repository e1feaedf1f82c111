import { expect, it } from 'vitest';
import { signed, signerFrom, textOf } from '../src/panels/signing';

const decision = {
  mode: 'exercise', action: 'approve' as const, warning_id: 'L1-public', revision: 2,
  document: 'd', digest: 'f00', reason: 'a\n b',
};

it('signs a line for each field, and no field can pass for another', () => {
  expect(textOf(decision, 'Kim', '2026-01-01T00:00:00Z').split('\n')).toEqual([
    'launchwatch decision 1', 'exercise', 'approve', 'L1-public', '2', 'd', 'f00', 'Kim',
    '2026-01-01T00:00:00Z', 'a b',
  ]);
});

it('knows the public key of RFC 8032, 7.1, test 1', async () => {
  const secret = '9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60';
  const signer = await signerFrom('Kim', secret);
  expect(signer?.publicKey).toBe('d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a');
  const sent = await signed(signer!, decision);
  expect(sent['signature']).toMatch(/^[0-9a-f]{128}$/);
  expect(sent).not.toHaveProperty('mode');
});

it('takes no key that is none', async () => {
  expect(await signerFrom('Kim', 'abc')).toBeNull();
  expect(await signerFrom('', '00'.repeat(32))).toBeNull();
});
