import { Controller, Get, Query, UseGuards } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { checkShape } from '#platform/http/json-body.js';
import { JsonAnswer } from '#platform/http/openapi.js';
import { resource, type Resource } from '#policy/resource.js';
import { pageOf, pageQuery, toPage, type ListPage } from '../administration/list-page.js';
import { exampleDepartment } from '../documentation/examples.js';
import { Paged, SignedOperation } from '../documentation/signed-operation.js';
import { ReplayGuard } from '../replay/replay.guard.js';
import { SignatureGuard } from '../signature/signature.guard.js';
import { RegistryService } from './registry.service.js';

const query = z.strictObject(pageQuery);

/** What there is to ask for. Whether it may be asked for, agreements say. */
@ApiTags('catalogue')
@Controller('v1/catalogue')
@UseGuards(SignatureGuard, ReplayGuard)
export class CatalogueController {
  constructor(private readonly registry: RegistryService) {}

  @Get()
  @ApiOperation({ summary: 'The resources that departments share, with their fields, by id' })
  @Paged()
  @JsonAnswer(pageOf(resource), { description: 'A page of them', example: { items: exampleDepartment.resources } })
  @SignedOperation('INVALID_REQUEST')
  list(@Query() asked: unknown): ListPage<Resource> {
    const { limit, cursor = '' } = checkShape(asked, query);
    const following = [...this.registry.current().resources.values()].filter(
      ({ id, sharing }) => id > cursor && sharing !== 'none',
    );
    return toPage(following, limit);
  }
}
