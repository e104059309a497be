import { Body, Controller, Get, Param, Put, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import type { PublicJwk } from '#exchange/keys.js';
import { departmentId } from '#exchange/names.js';
import { Problem } from '#exchange/problem.js';
import { checkShape, parseBody } from '#platform/http/json-body.js';
import { JsonAnswer, JsonBody } from '#platform/http/openapi.js';
import { exampleDepartment } from '../documentation/examples.js';
import { IdPath } from '../documentation/path-parameters.js';
import { Paged, SignedOperation } from '../documentation/signed-operation.js';
import { AdministrationService } from './administration.service.js';
import { DepartmentRepository, putDepartment } from './department.repository.js';
import { department, departmentBody, strangers, type Department } from './department.schema.js';
import { pageOf, pageQuery, type ListPage } from './list-page.js';
import { Operator } from './operator.decorator.js';
import { OperatorGuard } from './operator.guard.js';
import { readKey } from './read-key.js';
import type { ChangedBy } from './registry-change.js';

const query = z.strictObject(pageQuery);

@ApiTags('administration')
@Controller('v1/admin/departments')
@UseGuards(OperatorGuard)
export class DepartmentController {
  constructor(
    private readonly administration: AdministrationService,
    private readonly departments: DepartmentRepository,
  ) {}

  @Put(':id')
  @IdPath('weather')
  @ApiOperation({ summary: 'Register a department with all its resources, or make it what is given' })
  @JsonBody(departmentBody, exampleDepartment)
  @JsonAnswer(department, { description: 'As it is registered now' })
  @SignedOperation('OPERATOR_REQUIRED', 'MALFORMED_JSON', 'INVALID_REQUEST', 'CONFLICT')
  put(@Operator() by: ChangedBy, @Param('id') id: string, @Body() bytes: unknown): Promise<Department> {
    const body = parseBody(bytes, departmentBody);
    const wanted = { id: checkShape(id, departmentId), ...body, keys: body.keys.map(withThumbprint) };
    const foreign = strangers(wanted.id, body);
    if (foreign.length > 0) {
      throw new Problem('INVALID_REQUEST', undefined, {
        errors: foreign.map((pointer) => ({ pointer, message: `must begin with ${wanted.id}/` })),
      });
    }
    return this.administration.change(by, (transaction, now) => putDepartment(transaction, wanted, now));
  }

  @Get()
  @ApiOperation({ summary: 'The departments, by id' })
  @Paged()
  @JsonAnswer(pageOf(department), { description: 'A page of them' })
  @SignedOperation('OPERATOR_REQUIRED', 'INVALID_REQUEST')
  list(@Query() asked: unknown): Promise<ListPage<Department>> {
    return this.departments.list(checkShape(asked, query));
  }
}

function withThumbprint(jwk: PublicJwk, index: number): PublicJwk {
  return { ...jwk, kid: readKey(jwk, `/keys/${index}`).kid };
}
