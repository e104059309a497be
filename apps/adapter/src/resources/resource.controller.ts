import { Controller, Get, Inject } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import { JsonAnswer } from '#platform/http/openapi.js';
import { examplePublication } from '../documentation/examples.js';
import { publication, type Publication } from './published-resources.js';

export const PUBLICATION = Symbol('Publication');

@ApiTags('resources')
@Controller('v1/resources')
export class ResourceController {
  constructor(@Inject(PUBLICATION) private readonly publication: Publication) {}

  @Get()
  @ApiOperation({
    summary: 'What this department describes for others to ask for',
    description: 'Names, types and filters. Nothing of the source behind them, and no data.',
  })
  @JsonAnswer(publication, { description: 'The department and its resources', example: examplePublication })
  resources(): Publication {
    return this.publication;
  }
}
