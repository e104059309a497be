import { signEvents } from '#events/sign-events.js';
import type { EventPublisher } from '#events/transport.js';
import type { SigningKey } from '#exchange/keys.js';

/** Gives what it publishes the proof that it is the source's own. Each call is signed anew, what is sent again as well. */
export function signingPublisher(publisher: EventPublisher, key: SigningKey): EventPublisher {
  return {
    publish: (topic, events) => publisher.publish(topic, signEvents(events, key)),
    close: () => publisher.close(),
  };
}
