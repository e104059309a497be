import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileNameOf } from '../home/key-files.js';
import type { Keys } from '../setup/keys.js';
import { departmentIds } from '../setup/plan.js';
import { handOut } from './hand-out.js';

/** To each service its own private key, and the public ones that it checks others by. */
export function handOutKeys(home: string, keys: Keys): void {
  const text = (file: string): string => readFileSync(file, 'utf8');
  const gatewayKeys = text(keys.gatewayKeysFile);
  const operatorKeys = text(keys.operatorKeysFile);
  handOut(home, 'gateway', {
    'gateway.jwk.json': text(keys.gateway.file),
    'operators.jwks.json': operatorKeys,
  });
  handOut(home, 'ledger', { 'ledger.jwk.json': text(keys.ledger.file) });
  for (const id of departmentIds) {
    handOut(home, `adapter-${id}`, {
      'adapter.jwk.json': text(keys.adapters[id].file),
      'gateway.jwks.json': gatewayKeys,
      'operators.jwks.json': operatorKeys,
    });
  }
  const askers = [...keys.systems].map(([id, { file }]) => [keyPath(fileNameOf(id)), text(file)] as const);
  handOut(home, 'cli', { [keyPath('operator')]: text(keys.operator.file), ...Object.fromEntries(askers) });
}

/** Where the command line looks for it, in its home. */
function keyPath(name: string): string {
  return join('keys', `${name}.jwk.json`);
}
