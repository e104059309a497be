import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf } from '../home/key-files.js';
import { departmentIds } from '../setup/plan.js';
import { witnessFile, witnessPolicy, type WitnessPlan } from '../setup/witnesses.js';
import { handOut } from './hand-out.js';

/** To each service its own private keys, and the public ones that it checks others by. */
export function handOutKeys(home: string, plan: WitnessPlan): void {
  const { keys } = plan;
  const text = (file: string): string => readFileSync(file, 'utf8');
  const gatewayKeys = text(keys.gatewayKeysFile);
  const operatorKeys = text(keys.operatorKeysFile);
  handOut(home, 'gateway', {
    'gateway.jwk.json': text(keys.gateway.file),
    'operators.jwks.json': operatorKeys,
  });
  handOut(home, 'ledger', {
    'ledger.jwk.json': text(keys.ledger.file),
    'sources.json': text(keys.sourcesFile),
    'operators.jwks.json': operatorKeys,
    'witnesses.json': witnessPolicy(plan),
  });
  for (const id of departmentIds) {
    handOut(home, `adapter-${id}`, {
      'adapter.jwk.json': text(keys.adapters[id].file),
      'gateway.jwks.json': gatewayKeys,
      'operators.jwks.json': operatorKeys,
      'witness.jwk.json': text(keys.witnesses[id].file),
      'witness.json': witnessFile(plan, id, 'witness.jwk.json'),
    });
  }
  const askers = [...keys.systems].map(([id, { file }]) => [keyPath(fileNameOf(id)), text(file)] as const);
  handOut(home, 'cli', { [keyPath('operator')]: text(keys.operator.file), ...Object.fromEntries(askers) });
}

/** Where the command line looks for it, in its home. */
function keyPath(name: string): string {
  return join('keys', `${name}.jwk.json`);
}
