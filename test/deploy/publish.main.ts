import { z } from 'zod';
import { generateSigningKey } from '#exchange/keys.js';
import { checkTransport, transportOf, transportVariables } from '#platform/transport/transport-variables.js';
import { createPublisher } from '#platform/transport/transport.js';
import { anEvent } from '../transport/an-event.js';

/** Publishes one event over the transport that its environment describes, as a service would. */
const variables = z.object(transportVariables).superRefine(checkTransport).parse(process.env);
const publisher = await createPublisher(transportOf(variables, { clientId: 'publisher' }), generateSigningKey());
await publisher.publish('deploy.login', [anEvent()]);
await publisher.close();
