import { accessDecidedV1 } from './access-decided.v1.js';
import { accessErasedV1 } from './access-erased.v1.js';
import { accessFailedV1 } from './access-failed.v1.js';
import { accessReleasedV1 } from './access-released.v1.js';
import { alertChangedV1 } from './alert-changed.v1.js';
import { contracts } from './contracts.js';
import { maySay } from './may-say.js';
import { noteErasedV1 } from './note-erased.v1.js';
import { reconciliationFoundV1 } from './reconciliation-found.v1.js';
import { registryChangedV1 } from './registry-changed.v1.js';
import { releaseErasedV1 } from './release-erased.v1.js';

const DEPARTMENTS = ['adapter/population', 'adapter/housing'];
const SOURCES = ['gateway', ...DEPARTMENTS, 'ledger', 'ledger/0', 'gateway/2', 'adapter', 'someone'];

const speakers: readonly (readonly [type: string, sources: readonly string[]])[] = [
  [accessDecidedV1.type, ['gateway']],
  [accessFailedV1.type, ['gateway']],
  [accessErasedV1.type, ['gateway']],
  [registryChangedV1.type, ['gateway']],
  [accessReleasedV1.type, DEPARTMENTS],
  [releaseErasedV1.type, DEPARTMENTS],
  [reconciliationFoundV1.type, ['ledger']],
  [alertChangedV1.type, ['ledger']],
  [noteErasedV1.type, ['ledger']],
];

it.each(speakers)('lets %s be said by %j and by nobody else', (type, sources) => {
  expect(SOURCES.filter((source) => maySay(source, type))).toEqual(sources);
});

it('has a speaker for every event that the ledger takes', () => {
  expect(speakers.map(([type]) => type).sort()).toEqual([...contracts.keys()].sort());
});
