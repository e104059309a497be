import { Controller, Get, Req, Res, type Type } from '@nestjs/common';
import { ApiExcludeEndpoint, ApiOperation, ApiParam, ApiResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { Problem } from '#exchange/problem.js';
import { CHECKPOINT, SHARD_LIST, SHARD_LIST_VERSIONS, shardListPath } from '#merkle/log-paths.js';
import { MerkleError } from '#merkle/merkle-error.js';
import { parseDecimal } from '#merkle/tree-head.js';
import { parseTilePath, type Tile } from '#merkle/tile.js';
import { Problems } from '#platform/http/openapi.js';
import { LedgerError } from '../ledger-error.js';
import { servedAs } from '../publication/served-as.js';
import { ShardLogs, type ReadableLog } from '../shards/shard-log.js';
import { shardOrRoot } from './ledger-answers.schema.js';
import { RootReader } from './root-reader.js';

/**
 * The logs by C2SP tlog-tiles, each under the path of its origin, `base` being what these have in common. Paths are taken
 * as they stand on the wire: a tile has one spelling.
 */
export function tilesController(base: string): Type {
  @Controller(base)
  class TilesController extends Tiles {}
  return TilesController;
}

@ApiTags('tiles')
class Tiles {
  constructor(
    private readonly logs: ShardLogs,
    private readonly root: RootReader,
  ) {}

  @Get(SHARD_LIST)
  @ApiOperation({ summary: 'Every shard that there ever was: a note that the family of logs signed' })
  @ApiResponse({ status: 200, description: 'The list', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Problems('NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async list(@Res() reply: FastifyReply): Promise<void> {
    const { list } = this.root.keeper;
    if (list === undefined) throw new Problem('NOT_FOUND', 'the list is not published yet');
    await sendAs(SHARD_LIST, reply, list.note);
  }

  @Get(`${SHARD_LIST_VERSIONS}/:version`)
  @ApiOperation({ summary: 'The list as it was when it had this version: it never changes' })
  @ApiParam({ name: 'version', schema: { type: 'integer', minimum: 1, example: 1 } })
  @ApiResponse({ status: 200, description: 'The list', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Problems('NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async listVersion(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const folder = [this.root.family.path, SHARD_LIST_VERSIONS].filter(Boolean).join('/');
    const version = parseDecimal(under(`/${folder}/`, request) ?? '');
    const note = version === undefined ? undefined : await this.root.keeper.versionShown(version);
    if (note === undefined) throw new Problem('NOT_FOUND', 'no list of this version is published');
    await sendAs(shardListPath(version), reply, note);
  }

  @Get(`:shard/${CHECKPOINT}`)
  @ApiOperation({ summary: 'The checkpoint published last: a signed note' })
  @ApiParam({ name: 'shard', schema: shardOrRoot })
  @ApiResponse({ status: 200, description: 'The note', content: { 'text/plain': { schema: { type: 'string' } } } })
  @Problems('NOT_FOUND', 'LEDGER_UNAVAILABLE')
  async checkpoint(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { log, path } = this.locate(request);
    if (path !== CHECKPOINT) throw new Problem('NOT_FOUND');
    const { note } = log.published.head;
    await sendAs(path, reply, note);
  }

  @Get(':shard/tile/:level/:index/:width')
  @ApiOperation({
    summary: 'A tile: tile/<level>/<index>[.p/<width>], or tile/entries/…',
    description: 'Full tiles have no `.p/<width>`. The index is written in groups of three digits: `x001/x234/067`.',
  })
  @ApiParam({ name: 'width', schema: { type: 'integer', minimum: 1, maximum: 255, example: 1 } })
  @ApiParam({ name: 'index', schema: { type: 'string', example: '000.p' } })
  @ApiParam({ name: 'level', schema: { type: 'string', example: '0' } })
  @ApiParam({ name: 'shard', schema: shardOrRoot })
  @ApiResponse({ status: 200, description: 'The tile', content: { 'application/octet-stream': {} } })
  @Problems('NOT_FOUND', 'LEDGER_UNAVAILABLE')
  partialTile(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    return this.anyTile(request, reply);
  }

  @Get(':shard/tile/*')
  @ApiExcludeEndpoint()
  async anyTile(@Req() request: FastifyRequest, @Res() reply: FastifyReply): Promise<void> {
    const { log, path } = this.locate(request);
    const bytes = await bytesOf(log, tileAt(path));
    await sendAs(path, reply, Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length));
  }

  private locate(request: FastifyRequest): { log: ReadableLog; path: string } {
    for (const log of [this.root.log, ...this.logs.all]) {
      const path = under(`/${log.shard.path}/`, request);
      if (path !== undefined) return { log, path };
    }
    throw new Problem('NOT_FOUND');
  }
}

/** The rest of the path, as it stands on the wire; undefined where it begins otherwise. */
function under(prefix: string, { url }: FastifyRequest): string | undefined {
  const [pathname = ''] = url.split('?');
  return pathname.startsWith(prefix) ? pathname.slice(prefix.length) : undefined;
}

async function sendAs(path: string, reply: FastifyReply, content: string | Buffer): Promise<void> {
  const { contentType, cacheControl } = servedAs(path);
  await reply.header('cache-control', cacheControl).type(contentType).send(content);
}

function tileAt(path: string): Tile {
  try {
    return parseTilePath(path);
  } catch (error) {
    throw error instanceof MerkleError ? new Problem('NOT_FOUND', 'that is not the path of a tile') : error;
  }
}

async function bytesOf({ published }: ReadableLog, tile: Tile): Promise<Uint8Array> {
  try {
    return await published.readTile(tile);
  } catch (error) {
    if (!(error instanceof LedgerError) || error.code !== 'TILE_MISSING') throw error;
    throw new Problem('NOT_FOUND', 'the log has no such tile');
  }
}
