import { ID } from '../../../../libs/client/test/evidence.js';
import { isSignedBy, problem } from '../../../../libs/client/test/http-peer.js';
import { workplaceWith } from '../../test/command.js';
import { honestGateway } from '../../test/honest-gateway.js';

const question = `
resource: population/residents
purpose: gov:HousingEligibility
basis: { law: 公共租赁住房管理办法, article: 第九条 }
case: GZF-2026-000123
officer: officer-1042
select: [name, district]
`;

async function asking(behaviour: Parameters<typeof honestGateway>[0] = {}) {
  const set = await workplaceWith(honestGateway(behaviour));
  set.place.write('question.yaml', question);
  return set;
}

describe('an answer', () => {
  it('is shown as a table, with its proof', async () => {
    await using set = await asking({ pending: 2 });
    const { exitCode, out, err } = await set.place.run(['ask', 'question.yaml']);
    expect({ exitCode, err }).toEqual({ exitCode: 0, err: '' });
    expect(out).toContain('│ 王*  │ 西湖区   │');
    expect(out).toContain('1 row\n');
    expect(out).toContain(`✓ exchange ${ID}: entry 8 of the log sluice.example/log/0; 11 checks passed`);
    expect(set.peer.received.every((one) => isSignedBy(set.place.askingKey, one))).toBe(true);
  });

  it('is told in Chinese to whom speaks Chinese', async () => {
    await using set = await asking();
    const { out } = await set.place.run(['ask', 'question.yaml'], { variables: { LANG: 'zh_CN.UTF-8' } });
    expect(out).toContain(`交换 ${ID}`);
    expect(
      (await set.place.run(['ask', 'question.yaml', '--lang', 'en'], { variables: { LANG: 'zh_CN' } })).out,
    ).toContain('1 row\n');
  });

  it('is JSON for scripts, and nothing else', async () => {
    await using set = await asking();
    const { exitCode, out } = await set.place.run(['ask', 'question.yaml', '--json']);
    expect(exitCode).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      data: { rows: [{ name: '王*', district: '西湖区' }] },
      claims: { iss: 'population' },
      receipt: { id: ID },
      proof: { index: 8, ok: true },
    });
  });

  it('is kept with request and proof, so that it verifies offline', async () => {
    await using set = await asking();
    await set.place.run(['ask', 'question.yaml', '--receipt', 'receipt.json']);
    const asked = set.peer.received.length;
    const { exitCode, out } = await set.place.run(['verify', 'receipt.json']);
    expect(exitCode).toBe(0);
    expect(out).toContain('The receipt holds.');
    expect(set.peer.received).toHaveLength(asked);
  });

  it('is kept at once, and completed later where the log is slow', async () => {
    await using set = await asking({ pending: 1 });
    const slow = await set.place.run([
      'ask',
      'question.yaml',
      '--receipt',
      'receipt.json',
      '--wait',
      '0',
      '--no-proof',
    ]);
    expect(slow.exitCode).toBe(0);
    expect((await set.place.run(['verify', 'receipt.json'])).err).toContain('sluice receipt receipt.json');
    expect((await set.place.run(['receipt', 'receipt.json'])).exitCode).toBe(0);
    expect((await set.place.run(['verify', 'receipt.json'])).exitCode).toBe(0);
  });

  it('without a proof in time is shown all the same, and leaves with 4', async () => {
    await using set = await workplaceWith((request) => {
      const honest = honestGateway();
      if (!request.target.startsWith('/v1/receipts')) return honest(request);
      return { status: 202, headers: { 'retry-after': '3600' }, body: {} };
    });
    set.place.write('question.yaml', question);
    const { exitCode, out, err } = await set.place.run(['ask', 'question.yaml']);
    expect(exitCode).toBe(4);
    expect(out).toContain('王*');
    expect(err).toContain(`sluice receipt ${ID}`);
  });

  it('says so where there is nobody to trust', async () => {
    await using set = await asking();
    set.place.remove('home/trust.json');
    const { exitCode, err } = await set.place.run(['ask', 'question.yaml']);
    expect(exitCode).toBe(0);
    expect(err).toContain('was not checked');
  });

  it('that the department did not sign is not shown', async () => {
    await using set = await asking();
    set.place.write('home/trust.json', { logs: [], departments: [{ id: 'population', keys: [] }] });
    const { exitCode, out, err } = await set.place.run(['ask', 'question.yaml']);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toContain('sluice: JWS_KEY_UNKNOWN');
  });
});

describe('the question', () => {
  const sent = (body: string) => JSON.parse(body) as Record<string, unknown>;

  it('may be typed, and its values are what the fields are', async () => {
    await using set = await asking();
    const { exitCode } = await set.place.run([
      'ask',
      ...['--resource', 'population/residents', '--select', 'name,district', '--purpose', 'gov:HousingEligibility'],
      ...['--law', '公共租赁住房管理办法', '--article', '第九条', '--case', 'C-1', '--officer', 'O-7', '--limit', '5'],
      ...['--where', 'resident_id=990105198501300013', '--where', 'household_size>=3'],
    ]);
    expect(exitCode).toBe(0);
    const [, exchange] = set.peer.received;
    expect(sent(exchange!.body)).toMatchObject({
      select: ['name', 'district'],
      limit: 5,
      where: [
        { field: 'resident_id', op: 'eq', value: '990105198501300013' },
        { field: 'household_size', op: 'gte', value: 3 },
      ],
    });
  });

  it('may come on standard input', async () => {
    await using set = await asking();
    expect((await set.place.run(['ask', '-', '--no-proof'], { stdin: question })).exitCode).toBe(0);
    expect(set.peer.received.map(({ target }) => target)).toEqual(['/v1/exchange']);
  });

  it.each<[string, string[], RegExp]>([
    ['without a file or a resource', ['ask'], /what is asked/],
    ['with a file that is not there', ['ask', 'nothing.yaml'], /nothing\.yaml: there is no such file/],
    ['with a file that is no YAML', ['ask', 'broken.yaml'], /broken\.yaml:1:/],
    ['with a file that is wrong', ['ask', 'wrong.yaml'], /wrong\.yaml:8:1: limit: .*\n.*wrong\.yaml:9:1: .*sudo/],
    ['with a field that has no such name', ['ask', 'question.yaml', '--select', 'Name'], /select\.0/],
    ['with a limit that is no number', ['ask', 'question.yaml', '--limit', 'many'], /--limit/],
    ['with an option that nobody knows', ['ask', 'question.yaml', '--sudo'], /unknown option/],
    ['with a key that is none', ['ask', 'question.yaml', '--key', 'question.yaml'], /not a private key/],
    ['with one file too many', ['ask', 'question.yaml', 'other.yaml'], /too many arguments/],
  ])('%s is never sent', async (_name, args, reason) => {
    await using set = await asking();
    set.place.write('broken.yaml', '{');
    set.place.write('wrong.yaml', `${question}limit: many\nsudo: true\n`);
    const { exitCode, out, err } = await set.place.run(args);
    expect({ exitCode, out }).toEqual({ exitCode: 2, out: '' });
    expect(err).toMatch(reason);
    expect(set.peer.received).toEqual([]);
  });
});

describe('a refusal', () => {
  it('is one line with code and reason, and leaves with 1', async () => {
    await using set = await asking({ denies: true });
    const { exitCode, out, err } = await set.place.run(['ask', 'question.yaml']);
    expect({ exitCode, out }).toEqual({ exitCode: 1, out: '' });
    expect(err).toBe('sluice: FIELD_NOT_AGREED: The agreement does not grant a field: mobile is not granted\n');
    const chinese = await set.place.run(['ask', 'question.yaml', '--lang', 'zh']);
    expect(chinese.err).toBe('sluice: FIELD_NOT_AGREED: 协议未授权该字段: 未授权 mobile\n');
  });

  it('is a problem for scripts', async () => {
    await using set = await asking({ denies: true });
    const { exitCode, out, err } = await set.place.run(['ask', 'question.yaml', '--json']);
    expect({ exitCode, err }).toEqual({ exitCode: 1, err: '' });
    expect(JSON.parse(out)).toMatchObject({ error: { code: 'REFUSED', problem: { code: 'FIELD_NOT_AGREED' } } });
  });

  it('can be proven too', async () => {
    await using set = await asking({ denies: true });
    expect((await set.place.run(['ask', 'question.yaml', '--receipt', 'denied.json'])).exitCode).toBe(1);
    const { exitCode, out } = await set.place.run(['verify', 'denied.json']);
    expect(exitCode).toBe(0);
    expect(out).toContain('denied FIELD_NOT_AGREED');
  });

  it('because a part is down leaves with 3', async () => {
    await using set = await workplaceWith(() => problem(503, 'ADAPTER_UNAVAILABLE'));
    set.place.write('question.yaml', question);
    expect((await set.place.run(['ask', 'question.yaml'])).exitCode).toBe(3);
  });

  it('because nobody is there leaves with 3', async () => {
    await using set = await asking();
    const { exitCode, err } = await set.place.run(['ask', 'question.yaml', '--gateway', 'http://127.0.0.1:1']);
    expect(exitCode).toBe(3);
    expect(err).toMatch(/^sluice: http:\/\/127\.0\.0\.1:1 cannot be reached: .+\n$/);
  });
});
