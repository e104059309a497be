import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LEDGER_TOPIC } from '#events/contract.js';
import { deadLetterTopic } from '#platform/transport/dead-letter-topic.js';
import { adapterConfig } from '../../apps/adapter/src/adapter-config.js';
import { gatewayConfig } from '../../apps/gateway/src/gateway-config.js';
import { ledgerConfig } from '../../apps/ledger/src/ledger-config.js';
import { root } from './compose-file.js';

const page = readFileSync(join(root, 'docs', 'deployment.md'), 'utf8');
/** Of Node itself, or of the launcher. */
const notOurs = ['NODE_EXTRA_CA_CERTS'];

const variables = (config: { readonly in: { readonly shape: object } }) => Object.keys(config.in.shape);
const known = new Set([gatewayConfig, adapterConfig, ledgerConfig].flatMap(variables));
const named = new Set(
  [...page.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z]+)+|HOST|PORT|ISSUER|TILES|HEADS)`/g)].map(([, name]) => name!),
);

it('names every variable that a service reads', () => {
  expect([...known].filter((name) => !named.has(name))).toEqual([]);
});

it('names no variable that none reads', () => {
  const others = [...named].filter((name) => !known.has(name) && !notOurs.includes(name));
  // Refusals of the ledger, which look like one.
  expect(others.toSorted()).toEqual([
    ...['PUBLISHED_AHEAD', 'STORE_REFUSED', 'STORE_UNAVAILABLE', 'STORE_UNSUITABLE'],
    ...['WITNESS_AHEAD', 'WITNESS_DISAGREES'],
  ]);
});

it('names the topics as they are called', () => {
  for (const topic of [LEDGER_TOPIC, deadLetterTopic(LEDGER_TOPIC)]) expect(page).toContain(`--topic ${topic} `);
});
