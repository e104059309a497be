import { randomBytes } from 'node:crypto';
import { Pool } from 'undici';
import type { SigningKey } from '#exchange/keys.js';
import { contentDigest, signTarget } from '#exchange/signature-profile.js';
import type { HttpResource } from '../../config/department-resource.js';
import type { HttpSourceConfig } from '../../config/department-source.js';
import { evaluate, type NamedRow } from '../evaluate.js';
import { toSourceProblem } from '../source-failure.js';
import type { ScopedQuery, Source, SourceRow } from '../source.js';
import { Turns } from '../turns.js';
import { buildRequest, type SourceRequest } from './build-request.js';
import { httpFailure, statusFailure } from './http-failure.js';
import { readAnswer } from './read-answer.js';
import { statusesOfNone } from './request-template.js';

/**
 * A department's own HTTP API. The template narrows what is fetched; what a condition, an order or a page means is applied
 * here to what came, so that an API that ignores a parameter releases nothing more.
 */
export class HttpSource implements Source {
  private readonly base: URL;
  private readonly pool: Pool;
  private readonly turns: Turns;
  private readonly byId: ReadonlyMap<string, HttpResource>;

  /** `key`: signs requests, where the configuration says that they are signed. */
  constructor(
    private readonly config: HttpSourceConfig,
    resources: readonly HttpResource[],
    private readonly key?: SigningKey,
  ) {
    this.base = new URL(config.url);
    this.byId = new Map(resources.map((resource) => [resource.id, resource]));
    this.turns = new Turns(config.poolSize, config.maxWaiting);
    this.pool = new Pool(this.base.origin, {
      connections: config.poolSize,
      connectTimeout: config.timeoutMs,
      headersTimeout: config.timeoutMs,
      bodyTimeout: config.timeoutMs,
      maxResponseSize: config.maxBytes,
    });
  }

  async read(query: ScopedQuery, signal: AbortSignal): Promise<readonly SourceRow[]> {
    const resource = this.byId.get(query.resource);
    if (resource === undefined) throw new RangeError(`this source has no resource ${query.resource}`);
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(this.config.timeoutMs)]);
    try {
      const rows = await this.turns.run(deadline, () => this.fetch(query, resource, deadline));
      // Filters once more: `readAnswer` does before limits and errors, `evaluate` is the rule that all sources are held to.
      return evaluate(query, rows, resource);
    } catch (error) {
      throw toSourceProblem(httpFailure(error));
    }
  }

  /** Whether it lets us in and works. That it has nothing at the path it is asked for (404, 405) is its own affair. */
  async check(): Promise<void> {
    try {
      const signal = AbortSignal.timeout(this.config.timeoutMs);
      const { base, config } = this;
      const path = config.checkPath === '' ? base.pathname : base.pathname.replace(/\/$/, '') + config.checkPath;
      const headers = this.headersFor({ method: 'GET', target: path }, {});
      const { statusCode, body } = await this.pool.request({ method: 'GET', path, headers, signal });
      await body.dump();
      if (statusCode === 401 || statusCode === 403 || statusCode >= 500) throw statusFailure(statusCode);
    } catch (error) {
      throw httpFailure(error);
    }
  }

  get load(): number {
    return this.turns.load;
  }

  async close(): Promise<void> {
    await this.pool.close();
  }

  private async fetch(query: ScopedQuery, resource: HttpResource, signal: AbortSignal): Promise<NamedRow[]> {
    const request = buildRequest(resource.from, query.where, this.base.pathname);
    const { statusCode, body } = await this.pool.request({
      method: request.method,
      path: request.target,
      headers: this.headersFor(request, resource.from.headers),
      body: request.body ?? null,
      signal,
    });
    if (statusesOfNone(resource.from).includes(statusCode)) {
      await body.dump();
      return [];
    }
    if (statusCode !== 200) {
      await body.dump();
      throw statusFailure(statusCode);
    }
    return readAnswer(await body.bytes(), { resource, where: query.where, utcOffset: this.config.utcOffset });
  }

  private headersFor(request: SourceRequest, configured: Readonly<Record<string, string>>): Record<string, string> {
    const headers: Record<string, string> = {
      ...configured,
      accept: 'application/json',
      // Without an encoding the size limit is a limit on what is held in memory.
      'accept-encoding': 'identity',
    };
    if (request.body !== undefined) headers['content-type'] = 'application/json';
    if (this.config.auth.kind === 'bearer') headers.authorization = `Bearer ${this.config.auth.token}`;
    return this.key === undefined ? headers : { ...headers, ...this.signed(request, this.key) };
  }

  private signed({ method, target, body }: SourceRequest, key: SigningKey): Record<string, string> {
    const [path = '', query] = target.split('?');
    const digest = body === undefined ? undefined : contentDigest(Buffer.from(body));
    const signature = signTarget(
      {
        method,
        authority: this.base.host,
        path,
        query: query === undefined ? undefined : `?${query}`,
        contentDigest: digest,
      },
      key,
      { created: Math.floor(Date.now() / 1000), nonce: randomBytes(18).toString('base64url') },
    );
    return digest === undefined ? signature : { ...signature, 'content-digest': digest };
  }
}
