import { S3ServiceException } from '@aws-sdk/client-s3';
import { LedgerError } from '../ledger-error.js';

/** The HTTP status that the store answered with; undefined where it gave no answer. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof S3ServiceException ? error.$metadata.httpStatusCode : undefined;
}

/** What an operator can act on. A store that is down or busy is worth another try; one that refuses needs a person. */
export function s3Failure(error: unknown, what: string): LedgerError {
  const { name, message } = error instanceof Error ? error : new Error(String(error));
  const status = statusOf(error) ?? 0;
  const refuses = (status >= 300 && status < 500 && ![408, 409, 429].includes(status)) || isUnconfigured(name, message);
  return new LedgerError(refuses ? 'STORE_REFUSED' : 'STORE_UNAVAILABLE', `${what}: ${name}: ${message}`);
}

function isUnconfigured(name: string, message: string): boolean {
  return name === 'CredentialsProviderError' || message === 'Region is missing';
}
