import fc from 'fast-check';
import { codeOf } from '../test/thrown.js';
import { formatCheckpoint, parseCheckpoint, parseExtendedCheckpoint, type Checkpoint } from './checkpoint.js';

const EXAMPLE = 'example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n';
const ROOT = 'CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=';

describe('checkpoints', () => {
  it('reads the example of the specification and writes it again', () => {
    const checkpoint = parseCheckpoint(EXAMPLE);
    expect(checkpoint).toMatchObject({ origin: 'example.com/behind-the-sofa', size: 20_852_163 });
    expect(formatCheckpoint(checkpoint)).toBe(EXAMPLE);
  });

  it('are read as they were written', () => {
    const checkpoints: fc.Arbitrary<Checkpoint> = fc.record({
      origin: fc.webAuthority(),
      size: fc.maxSafeNat(),
      root: fc.uint8Array({ minLength: 32, maxLength: 32 }),
    });
    fc.assert(
      fc.property(checkpoints, (checkpoint) => {
        expect(parseCheckpoint(formatCheckpoint(checkpoint))).toEqual(checkpoint);
      }),
    );
  });

  it.each([
    ['nothing', ''],
    ['no final newline', `log\n1\n${ROOT}`],
    ['an extension line', `log\n1\n${ROOT}\nextension\n`],
    ['an empty line at its end', `log\n1\n${ROOT}\n\n`],
    ['no root', 'log\n1\n'],
    ['no origin', `\n1\n${ROOT}\n`],
    ['a space in the origin', `my log\n1\n${ROOT}\n`],
    ['a plus in the origin', `my+log\n1\n${ROOT}\n`],
    ['a leading zero', `log\n01\n${ROOT}\n`],
    ['a sign', `log\n+1\n${ROOT}\n`],
    ['a negative size', `log\n-1\n${ROOT}\n`],
    ['no size', `log\n\n${ROOT}\n`],
    ['a size of letters', `log\none\n${ROOT}\n`],
    ['other digits', `log\n١\n${ROOT}\n`],
    ['a size that no number holds', `log\n9007199254740992\n${ROOT}\n`],
    ['a carriage return', `log\n1\r\n${ROOT}\n`],
    ['a root that is too short', 'log\n1\nAAAA\n'],
    ['a root in base64 that is not canonical', `log\n1\n${ROOT.replace('2I=', '2J=')}\n`],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseCheckpoint(text))).toBe('INVALID_CHECKPOINT');
  });

  it('refuses whatever else with INVALID_CHECKPOINT', () => {
    const line = fc.oneof(fc.string({ unit: 'binary', maxLength: 8 }), fc.constantFrom('log', '7', ROOT));
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), (lines) => {
        const text = lines.join('\n');
        const outcome = codeOf(() => {
          expect(formatCheckpoint(parseCheckpoint(text))).toBe(text);
        });
        expect(['nothing', 'INVALID_CHECKPOINT']).toContain(outcome);
      }),
    );
  });

  it('does not write what it would not read', () => {
    const checkpoint = parseCheckpoint(EXAMPLE);
    expect(codeOf(() => formatCheckpoint({ ...checkpoint, origin: 'two words' }))).toBe('INVALID_KEY');
    expect(codeOf(() => formatCheckpoint({ ...checkpoint, size: 0.5 }))).toBe('INVALID_RANGE');
    expect(codeOf(() => formatCheckpoint({ ...checkpoint, root: new Uint8Array(31) }))).toBe('INVALID_HASH');
  });
});

describe("checkpoints of other people's logs", () => {
  it.each(['go.sum database tree', 'rekor.sigstore.dev - 2605736670972794746', 'my+log', '日志'])(
    'are read under whatever their origin is: %s',
    (origin) => {
      expect(parseExtendedCheckpoint(`${origin}\n1\n${ROOT}\n`)).toMatchObject({ origin, size: 1 });
      expect(parseExtendedCheckpoint(`${origin}\n1\n${ROOT}\nextension\n`)).toMatchObject({ origin, size: 1 });
    },
  );

  it('have an origin', () => {
    expect(codeOf(() => parseExtendedCheckpoint(`\n1\n${ROOT}\n`))).toBe('INVALID_CHECKPOINT');
  });
});
