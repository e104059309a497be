import { applyDecorators } from '@nestjs/common';
import { ApiQuery, ApiSecurity } from '@nestjs/swagger';
import type { ProblemCode } from '#exchange/problem.js';
import { Problems } from '#platform/http/openapi.js';

const signatureProblems = [
  'SIGNATURE_MISSING',
  'SIGNATURE_MALFORMED',
  'SIGNATURE_INCOMPLETE',
  'SIGNATURE_INVALID',
  'SIGNATURE_EXPIRED',
  'DIGEST_MISMATCH',
  'KEY_UNKNOWN',
  'KEY_NOT_VALID',
  'REPLAYED',
  'REGISTRY_STALE',
  'RECORD_UNAVAILABLE',
] as const satisfies readonly ProblemCode[];

export const SIGNATURE_SCHEME = {
  name: 'signature',
  header: 'Signature',
  description: [
    'RFC 9421. `Signature-Input: sluice=("@method" "@authority" "@path" "content-digest");created=…;nonce="…";keyid="…";tag="sluice"`,',
    '`Signature: sluice=:…:` by Ed25519 or P-256 and, where there is a body, `Content-Digest: sha-256=:…:` (RFC 9530).',
    'A query is covered as `"@query"`. `sluice ask` and the client library sign.',
  ].join(' '),
} as const;

/** Documents that a request is signed, and the problems that it may meet besides those of any signed request. */
export function SignedOperation(...codes: readonly ProblemCode[]) {
  return applyDecorators(ApiSecurity(SIGNATURE_SCHEME.name), Problems(...codes, ...signatureProblems));
}

/** Documents the query of a list: see list-page. */
export function Paged() {
  return applyDecorators(
    ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description: 'The `next` of the page before',
      schema: { type: 'string', minLength: 1, maxLength: 200 },
    }),
  );
}
