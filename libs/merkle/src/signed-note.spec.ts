import fc from 'fast-check';
import { noteVectors } from '../test/go-vectors.js';
import { codeOf } from '../test/thrown.js';
import { formatNote, parseNote } from './signed-note.js';

const { exampleNote, text, peterLine, enochLine } = noteVectors;
const utf8 = (some: string) => new TextEncoder().encode(some);

describe('signed notes', () => {
  it('are read from text and from bytes, and written again', () => {
    const note = `${text}\n${peterLine}${enochLine}`;
    expect(parseNote(note).text).toBe(text);
    expect(parseNote(note).signatures.map(({ name, keyId }) => [name, keyId])).toEqual([
      ['PeterNeumann', 'c74f20a3'],
      ['EnochRoot', 'af0cfe78'],
    ]);
    expect(parseNote(utf8(note))).toEqual(parseNote(note));
    expect(formatNote(parseNote(note))).toBe(note);
    expect(formatNote(parseNote(exampleNote))).toBe(exampleNote);
  });

  it('end their text at the last empty line', () => {
    const poem = 'Ognuno sta solo\n\n\u2014 not a signature\n\ned \u00e8 subito sera.\n';
    expect(parseNote(`${poem}\n${peterLine}`).text).toBe(poem);
  });

  it('take at least the 16 signatures of the specification, and 100 at most', () => {
    expect(parseNote(`${text}\n${peterLine.repeat(100)}`).signatures).toHaveLength(100);
    expect(codeOf(() => parseNote(`${text}\n${peterLine.repeat(101)}`))).toBe('INVALID_NOTE');
  });

  it.each([
    ['nothing', ''],
    ['no signature', text],
    ['an empty line and no signature', `${text}\n`],
    ['an empty line before the signatures and after', `${text}\n${peterLine}\n`],
    ['no empty line', text + peterLine],
    ['no final newline', `${text}\n${peterLine}`.slice(0, -1)],
    ['a hyphen for the dash', `${text}\n${peterLine.replace('\u2014', '-')}`],
    ['two spaces', `${text}\n${peterLine.replace('\u2014 ', '\u2014  ')}`],
    ['a name with a plus', `${text}\n${peterLine.replace('PeterNeumann', 'Peter+Neumann')}`],
    ['a name with a wide space', `${text}\n${peterLine.replace('PeterNeumann', 'Peter\u3000Neumann')}`],
    ['no name', `${text}\n${peterLine.replace('PeterNeumann ', '')}`],
    ['a key id and no signature', `${text}\n\u2014 PeterNeumann x08gow==\n`],
    ['a signature that is not in base64', `${text}\n${peterLine.replace('=', '')}`],
    ['text among the signatures', `${text}\n${peterLine}hello\n${enochLine}`],
    ['a carriage return', `${text}\r\n\n${peterLine}`],
    ['a tab', `a\tb\n\n${peterLine}`],
    ['half a surrogate pair', `a\ud800b\n\n${peterLine}`],
    ['more than a megabyte', `${'a'.repeat(1_000_000)}\n\n${peterLine}`],
  ])('refuses %s', (_, note) => {
    expect(codeOf(() => parseNote(note))).toBe('INVALID_NOTE');
  });

  it('refuses bytes that are not UTF-8, and too many bytes', () => {
    const bytes = utf8(`x${text}\n${peterLine}`);
    bytes[0] = 0xff;
    expect(codeOf(() => parseNote(bytes))).toBe('INVALID_NOTE');
    expect(codeOf(() => parseNote(new Uint8Array(1_000_001)))).toBe('INVALID_NOTE');
  });

  it('keeps a byte order mark, which the signature covers', () => {
    expect(parseNote(utf8(`\ufeff${text}\n${peterLine}`)).text).toBe(`\ufeff${text}`);
  });

  it('refuses whatever else with INVALID_NOTE', () => {
    const part = fc.oneof(fc.string({ unit: 'binary', maxLength: 5 }), fc.constantFrom('\n', '\n\n', peterLine));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 6 }), (parts) => {
        const note = parts.join('');
        const outcome = codeOf(() => {
          expect(formatNote(parseNote(note))).toBe(note);
        });
        expect(['nothing', 'INVALID_NOTE']).toContain(outcome);
      }),
    );
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        expect(codeOf(() => parseNote(bytes))).toBe('INVALID_NOTE');
      }),
    );
  });

  it('does not write what it would not read', () => {
    const { signatures } = parseNote(exampleNote);
    const [signature] = signatures;
    expect(codeOf(() => formatNote({ text: 'abc', signatures }))).toBe('INVALID_NOTE');
    expect(codeOf(() => formatNote({ text, signatures: [] }))).toBe('INVALID_NOTE');
    expect(codeOf(() => formatNote({ text, signatures: [{ ...signature!, name: 'a+b' }] }))).toBe('INVALID_NOTE');
    expect(codeOf(() => formatNote({ text, signatures: [{ ...signature!, name: 'a b' }] }))).toBe('INVALID_NOTE');
    expect(codeOf(() => formatNote({ text, signatures: [{ ...signature!, keyId: '530D903A' }] }))).toBe('INVALID_NOTE');
    expect(codeOf(() => formatNote({ text, signatures: [{ ...signature!, signature: new Uint8Array(0) }] }))).toBe(
      'INVALID_NOTE',
    );
  });
});
