import { createContext, runInContext } from 'node:vm';
import { bundleForBrowser, portableFiles } from './browser-bundle.js';
import { goLog } from './go-vectors.js';

const script = await bundleForBrowser(portableFiles());

/** What the script gives in a page: the language, and the few globals of the web that it may use. */
function inPage(expression: string, values: Readonly<Record<string, unknown>> = {}): unknown {
  const page = createContext({ TextEncoder, TextDecoder, crypto, ...values });
  return runInContext(`${script}\n${expression}`, page);
}

const verification = `
  (() => {
    try {
      const trust = { log: merkle.parseVkey(vkey), witnesses: [], quorum: 0 };
      const leaf = merkle.leafHash(new TextEncoder().encode(entry));
      return merkle.verifyTlogProof(proof, leaf, trust).size;
    } catch (error) {
      return error instanceof merkle.MerkleError ? error.code : error;
    }
  })()`;
const known = { vkey: goLog.vkey, entry: `entry ${goLog.index}`, proof: goLog.proof };

describe('in a browser', () => {
  it('a known proof verifies', () => {
    expect(inPage(verification, known)).toBe(goLog.size);
  });

  it.each([
    ['another entry', { entry: 'entry 124' }, 'PROOF_REFUTED'],
    ['another index', { proof: goLog.proof.replace('index 123', 'index 122') }, 'PROOF_REFUTED'],
    ['another checkpoint', { proof: goLog.proof.replace('\n300\n', '\n301\n') }, 'SIGNATURE_REFUTED'],
    ['no proof', { proof: 'c2sp.org/tlog-proof@v1\n' }, 'INVALID_PROOF'],
  ])('%s is refused', (_, change, code) => {
    expect(inPage(verification, { ...known, ...change })).toBe(code);
  });

  it('a whole log can be audited', async () => {
    const audit = inPage(`merkle.auditTree({ size: 0, root: merkle.EMPTY_ROOT }, { readTile: async () => undefined })`);
    expect(await audit).toMatchObject({ more: 0 });
  });

  it('nothing of Node is there to be used', () => {
    expect(inPage('[typeof process, typeof require, typeof Buffer, typeof setTimeout].join()')).toBe(
      'undefined,undefined,undefined,undefined',
    );
    expect(script).not.toMatch(/\bnode:|\bBuffer\b|\bprocess\./);
  });

  it('what needs Node cannot come in unnoticed', async () => {
    await expect(bundleForBrowser(['src/node-cryptography.ts'])).rejects.toThrow(/node:crypto/);
  });
});
