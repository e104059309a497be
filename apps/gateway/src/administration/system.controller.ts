import { Body, Controller, Get, HttpCode, Param, Post, Put, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { systemId } from '#exchange/names.js';
import { Problem } from '#exchange/problem.js';
import { checkShape, parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody } from '#platform/http/openapi.js';
import { exampleJwk, exampleKid, exampleKidToRevoke, exampleSystem } from '../documentation/examples.js';
import { KeyPath, SystemPath } from '../documentation/path-parameters.js';
import { Paged, SignedOperation } from '../documentation/signed-operation.js';
import { keyContent, systemContent, type KeyContent } from '../registry/stored-registry.js';
import { AdministrationService } from './administration.service.js';
import { pageOf, pageQuery, type ListPage } from './list-page.js';
import { Operator } from './operator.decorator.js';
import { OperatorGuard } from './operator.guard.js';
import { readKey } from './read-key.js';
import type { ChangedBy } from './registry-change.js';
import { putKey, putSystem, revokeKey, SystemRepository } from './system.repository.js';
import { keyBody, registeredSystem, type RegisteredSystem } from './system.schema.js';

const query = z.strictObject(pageQuery);
const namedSystem = systemContent.extend({ id: systemId });

@ApiTags('administration')
@Controller('v1/admin/systems')
@UseGuards(OperatorGuard)
export class SystemController {
  constructor(
    private readonly administration: AdministrationService,
    private readonly systems: SystemRepository,
  ) {}

  @Put(':department/:name')
  @SystemPath()
  @ApiOperation({ summary: 'Register a system of a department, or change its title' })
  @JsonBody(systemContent, exampleSystem)
  @JsonAnswer(namedSystem, { description: 'As it is registered now' })
  @SignedOperation('OPERATOR_REQUIRED', 'MALFORMED_JSON', 'INVALID_REQUEST')
  put(
    @Operator() by: ChangedBy,
    @Param('department') department: string,
    @Param('name') name: string,
    @Body() bytes: unknown,
  ): Promise<z.infer<typeof namedSystem>> {
    const id = checkShape(`${department}/${name}`, systemId);
    const content = parseBody(bytes, systemContent);
    return this.administration.change(by, (transaction) => putSystem(transaction, id, content));
  }

  @Get()
  @ApiOperation({ summary: 'The systems with their keys, by id' })
  @Paged()
  @JsonAnswer(pageOf(registeredSystem), { description: 'A page of them' })
  @SignedOperation('OPERATOR_REQUIRED', 'INVALID_REQUEST')
  list(@Query() asked: unknown): Promise<ListPage<RegisteredSystem>> {
    return this.systems.list(checkShape(asked, query));
  }

  @Put(':department/:name/keys/:kid')
  @KeyPath(exampleKid)
  @ApiOperation({ summary: 'Register a key of a system, or change its validity. Several may be valid at once' })
  @JsonBody(keyBody, { jwk: exampleJwk, notAfter: '2027-12-31T16:00:00Z' })
  @JsonAnswer(keyContent, { description: 'As it is registered now' })
  @SignedOperation('OPERATOR_REQUIRED', 'MALFORMED_JSON', 'INVALID_REQUEST', 'NOT_FOUND', 'CONFLICT')
  putKey(
    @Operator() by: ChangedBy,
    @Param('department') department: string,
    @Param('name') name: string,
    @Param('kid') kid: string,
    @Body() bytes: unknown,
  ): Promise<KeyContent> {
    const system = checkShape(`${department}/${name}`, systemId);
    const { jwk, notBefore, notAfter } = parseBody(bytes, keyBody);
    if (readKey(jwk, '/jwk').kid !== kid) {
      throw new Problem('INVALID_REQUEST', undefined, {
        errors: [{ pointer: '/jwk', message: 'its RFC 7638 thumbprint is not the kid of the path' }],
      });
    }
    const key = { system, kid, jwk: { ...jwk, kid }, notBefore, notAfter };
    return this.administration.change(by, (transaction) => putKey(transaction, key));
  }

  @Post(':department/:name/keys/:kid/revoke')
  @HttpCode(200)
  @KeyPath(exampleKidToRevoke)
  @ApiOperation({ summary: 'Revoke a key, for ever. No gateway takes it a second later' })
  @JsonAnswer(keyContent, { description: 'As it is registered now' })
  @SignedOperation('OPERATOR_REQUIRED', 'INVALID_REQUEST', 'NOT_FOUND')
  revoke(
    @Operator() by: ChangedBy,
    @Param('department') department: string,
    @Param('name') name: string,
    @Param('kid') kid: string,
  ): Promise<KeyContent> {
    const system = checkShape(`${department}/${name}`, systemId);
    return this.administration.change(by, (transaction, now) => revokeKey(transaction, system, kid, now));
  }
}
