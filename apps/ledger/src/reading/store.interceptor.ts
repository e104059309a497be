import type { CallHandler, ExecutionContext, NestInterceptor } from '@nestjs/common';
import { catchError, type Observable } from 'rxjs';
import { Problem } from '#exchange/problem.js';
import { LedgerError } from '../ledger-error.js';

/** A reader who comes while the object store is away is told to come again, and not how the store failed. */
export class StoreInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(
      catchError((error: unknown) => {
        const isAway = error instanceof LedgerError && error.code.startsWith('STORE_');
        throw isAway ? new Problem('LEDGER_UNAVAILABLE', 'the log cannot be read now', {}, { cause: error }) : error;
      }),
    );
  }
}
