import { applyDecorators } from '@nestjs/common';
import { ApiHeader, ApiQuery } from '@nestjs/swagger';
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

/** Documents the headers of a signed request, and the problems that it may meet besides those of any signed request. */
export function SignedOperation(...codes: readonly ProblemCode[]) {
  return applyDecorators(
    ApiHeader({
      name: 'Signature-Input',
      required: true,
      description:
        'RFC 9421: `sluice=("@method" "@authority" "@path" "content-digest");created=…;nonce="…";keyid="…";tag="sluice"`. `sluice ask` and the client library write it',
    }),
    ApiHeader({ name: 'Signature', required: true, description: 'RFC 9421: `sluice=:…:`, Ed25519 or P-256' }),
    ApiHeader({
      name: 'Content-Digest',
      required: false,
      description: 'RFC 9530, where there is a body: `sha-256=:…:`',
    }),
    Problems(...codes, ...signatureProblems),
  );
}

/** Documents the query of a list: see list-page. */
export function Paged() {
  return applyDecorators(
    ApiQuery({ name: 'limit', required: false, schema: { type: 'integer', minimum: 1, maximum: 500, default: 100 } }),
    ApiQuery({
      name: 'cursor',
      required: false,
      description: 'The `next` of the page before',
      schema: { type: 'string' },
    }),
  );
}
