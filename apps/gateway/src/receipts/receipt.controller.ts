import { Controller, Get, Param, Res, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';
import { receipt } from '#exchange/answer.js';
import { checkShape } from '#platform/http/json-body.js';
import { JsonAnswer } from '#platform/http/openapi.js';
import { exampleAccess } from '../documentation/examples.js';
import { IdPath } from '../documentation/path-parameters.js';
import { SignedOperation } from '../documentation/signed-operation.js';
import { ReplayGuard } from '../replay/replay.guard.js';
import type { AuthenticCaller } from '../signature/authentic-caller.js';
import { Caller, SignatureGuard } from '../signature/signature.guard.js';
import { ReceiptService } from './receipt.service.js';

const pending = z.strictObject({ id: z.uuid(), state: z.literal('pending'), published: z.array(z.string()) });

/** Seconds. The log publishes several times a second. */
const RETRY_AFTER = '1';

@ApiTags('exchange')
@Controller('v1/receipts')
@UseGuards(SignatureGuard, ReplayGuard)
export class ReceiptController {
  constructor(private readonly receipts: ReceiptService) {}

  @Get(':id')
  @IdPath(exampleAccess)
  @ApiOperation({ summary: 'The proof that an access of your own is in the log, to be verified offline' })
  @JsonAnswer(receipt, { description: 'All of it is published' })
  @JsonAnswer(pending, { status: 202, description: 'Not yet: ask again after `Retry-After` seconds' })
  @SignedOperation('INVALID_REQUEST', 'NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async get(@Caller() caller: AuthenticCaller, @Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const answer = await this.receipts.of(checkShape(id, z.uuid()), caller.system);
    if ('state' in answer) void reply.status(202).header('retry-after', RETRY_AFTER);
    await reply.send(answer);
  }
}
