import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { Problem } from '#exchange/problem.js';
import { isDatabaseAway } from '#platform/database/is-database-away.js';
import { LedgerError } from '../ledger-error.js';

/** Who comes while the object store or the database is away is told to come again, and not how they failed. */
export class StorageInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        const isAway = (error instanceof LedgerError && error.code.startsWith('STORE_')) || isDatabaseAway(error);
        throw isAway ? new Problem('LEDGER_UNAVAILABLE', 'the log cannot be read now', {}, { cause: error }) : error;
      }),
    );
  }
}
