import type { SourcePlaces } from '../demo/seed-sources.js';
import type { Secrets } from '../home/secrets.js';

/** Of the owners and readers of the departments' own databases, with the passwords that this installation keeps. */
export function sourceAccounts(secrets: Secrets): SourcePlaces['accounts'] {
  const account = (role: string) => ({ role, password: secrets.passwordOf(role) });
  return {
    populationOwner: account('population_owner'),
    populationReader: account('population_reader'),
    socialSecurityOwner: account('social_security_owner'),
    socialSecurityReader: account('social_security_reader'),
  };
}
