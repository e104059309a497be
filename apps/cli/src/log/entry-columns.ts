import { z } from 'zod';
import type { ListedEntry } from '#client/ledger-client.js';
import type { Title } from '#exchange/names.js';
import { printable, type Terminal } from '../terminal.js';

export const entryHeads: readonly Title[] = [
  { en: 'entry', zh: '序号' },
  { en: 'time', zh: '时间' },
  { en: 'what', zh: '事项' },
  { en: 'who', zh: '请求方' },
  { en: 'of', zh: '对象' },
  { en: 'purpose', zh: '用途' },
  { en: 'outcome', zh: '结果' },
  { en: 'exchange', zh: '编号' },
];

/** Any entry, of a version that is not known here too. */
const shape = z.looseObject({
  type: z.string(),
  id: z.string(),
  time: z.string(),
  consumer: z.string().optional(),
  resource: z.string().optional(),
  purpose: z.string().optional(),
  outcome: z.string().optional(),
  reason: z.string().optional(),
  rows: z.number().optional(),
  fields: z.array(z.string()).optional(),
  subject: z.string().optional(),
  name: z.string().optional(),
  action: z.string().optional(),
  by: z.string().optional(),
  ground: z.string().optional(),
  kind: z.string().optional(),
  owner: z.string().optional(),
  state: z.string().optional(),
});
type Entry = z.output<typeof shape>;

const names: ReadonlyMap<string, Title> = new Map([
  ['access.decided.v1', { en: 'decision', zh: '决定' }],
  ['access.released.v1', { en: 'release', zh: '放行' }],
  ['access.failed.v1', { en: 'failure', zh: '失败' }],
  ['registry.changed.v1', { en: 'registry', zh: '登记' }],
  ['access.erased.v1', { en: 'erasure', zh: '删除细节' }],
  ['reconciliation.found.v1', { en: 'alert', zh: '告警' }],
  ['alert.changed.v1', { en: 'alert changed', zh: '告警处理' }],
  ['note.erased.v1', { en: 'erasure of a note', zh: '删除备注' }],
  ['release.erased.v1', { en: 'erasure of a release', zh: '删除放行细节' }],
  ['ledger.tombstone.v1', { en: 'tombstone', zh: '墓碑' }],
]);

export function entryColumns({ shard, index, entry }: ListedEntry, terminal: Terminal): readonly string[] {
  const read = shape.parse(entry);
  const name = names.get(read.type);
  return [
    `${shard}/${index}`,
    read.time,
    name === undefined ? read.type : terminal.say(name),
    read.consumer ?? read.by?.slice(0, 12) ?? read.owner ?? '',
    read.resource ?? [read.subject, read.name].filter((one) => one !== undefined).join(' '),
    read.purpose ?? '',
    outcomeOf(read, terminal),
    read.id,
  ];
}

/** The same on one line, for a log that goes on. */
export function entryLine(entry: ListedEntry, terminal: Terminal): string {
  return entryColumns(entry, terminal)
    .filter((cell) => cell !== '')
    .map(printable)
    .join('  ');
}

function outcomeOf({ outcome, reason, rows, fields, action, ground, kind, state }: Entry, terminal: Terminal): string {
  if (rows !== undefined)
    return terminal.say({
      en: `${rows} ${rows === 1 ? 'row' : 'rows'} (${fields?.join(', ') ?? ''})`,
      zh: `${rows} 行（${fields?.join('、') ?? ''}）`,
    });
  if (outcome === 'permit') return terminal.say({ en: 'permitted', zh: '准许' });
  return [kind, state, reason, action, ground].find((one) => one !== undefined) ?? '';
}
