import { applyDecorators } from '@nestjs/common';
import { ApiParam } from '@nestjs/swagger';

/** Documents the path of one thing that has an id. */
export function IdPath(example: string) {
  return ApiParam({ name: 'id', example });
}

/** Documents the path of a system: `department/name`. */
export function SystemPath() {
  return applyDecorators(
    ApiParam({ name: 'department', example: 'housing' }),
    ApiParam({ name: 'name', example: 'eligibility' }),
  );
}

/** Documents the path of a key of a system. */
export function KeyPath(example: string) {
  return applyDecorators(
    SystemPath(),
    ApiParam({ name: 'kid', description: 'The RFC 7638 thumbprint of the key', example }),
  );
}
