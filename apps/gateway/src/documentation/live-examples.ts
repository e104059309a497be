import type { INestApplication } from '@nestjs/common';
import { generateSigningKey, publicJwk, type SigningKey } from '#exchange/keys.js';
import type { LiveExample } from '#platform/http/openapi.js';
import type { ReceiptRepository } from '../receipts/receipt.repository.js';
import { RegistryService } from '../registry/registry.service.js';
import { exampleAccess, exampleJwk, exampleKid, exampleKidToRevoke } from './examples.js';

/** Of a demonstration: as whom its page asks, and what was asked so far. */
export interface Demonstration {
  readonly asker: SigningKey;
  readonly accesses: ReceiptRepository;
}

/** A key to register is a new one each time, whose private half is forgotten at once: nobody ever signs with it. */
export async function liveExamples(app: INestApplication, demonstration?: Demonstration): Promise<LiveExample[]> {
  const { key, kid } = generateSigningKey('EdDSA');
  const fresh = publicJwk(key);
  const keys = [
    { placeholder: exampleJwk, current: { kty: fresh.kty, crv: fresh.crv, x: fresh.x } },
    { placeholder: exampleKid, current: kid },
  ];
  if (demonstration === undefined) return keys;
  const { asker, accesses } = demonstration;
  const registry = app.get(RegistryService);
  const system = registry.find(asker.kid)?.system;
  if (system === undefined) return keys;
  const [spare = kid] = [...registry.current().keys]
    .filter(([other, registered]) => registered.system === system && other !== asker.kid)
    .map(([other]) => other);
  return [
    ...keys,
    { placeholder: exampleKidToRevoke, current: spare },
    { placeholder: exampleAccess, current: await accesses.newest(system) },
  ];
}
