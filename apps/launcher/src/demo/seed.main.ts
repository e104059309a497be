import { z } from 'zod';
import { seedSources } from './seed-sources.js';

/**
 * Seeds in a process of its own, so that what inventing a city takes of memory is given back. Told what to do in one
 * message, says what it does in more, and the result in the last.
 */
const credentials = z.object({ role: z.string(), password: z.string() });
const places = z.object({
  adminUrl: z.string(),
  socialSecurityAdminUrl: z.string().optional(),
  folder: z.string(),
  accounts: z.object({
    populationOwner: credentials,
    populationReader: credentials,
    socialSecurityOwner: credentials,
    socialSecurityReader: credentials,
  }),
});

process.once('message', (message) => {
  void answer(message);
});

// The launcher is gone, or has all that it wanted.
process.once('disconnect', () => process.exit());

async function answer(message: unknown): Promise<void> {
  try {
    const result = await seedSources(places.parse(message), (line) => process.send?.({ say: line }));
    process.send?.({ result });
  } catch (error) {
    process.send?.({ failed: error instanceof Error ? error.message : String(error) });
  }
  process.disconnect();
}
