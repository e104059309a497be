import { webcrypto } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { request } from 'undici';
import type { WireAnswer } from './documented-answer.js';
import type { PageRequest } from './documented-operation.js';

type Interceptor = (request: PageRequest) => PageRequest | Promise<PageRequest>;

/** A service's Swagger UI, as far as it sends requests: by the script that came with the page. */
export class DocumentationPage {
  private constructor(
    readonly origin: string,
    private readonly intercept: Interceptor,
  ) {}

  static async open(origin: string): Promise<DocumentationPage> {
    const { body } = await request(`${origin}/docs`);
    return new DocumentationPage(origin, interceptorOf(await body.text(), origin));
  }

  async send(asked: PageRequest): Promise<WireAnswer> {
    const { url, method, headers, body } = await this.intercept(asked);
    const answer = await request(url, { method, headers, ...(body === undefined ? {} : { body }) });
    const mediaType = String(answer.headers['content-type']).split(';', 1)[0] ?? '';
    return { status: answer.statusCode, mediaType, text: await answer.body.text() };
  }
}

/** A page without a script of its own sends what it made as it is. */
function interceptorOf(html: string, origin: string): Interceptor {
  const script = /<script>\s*(\(\(\) => \{[^]*?\}\)\(\);)\s*<\/script>/.exec(html)?.[1];
  const page: { interceptRequest?: Interceptor } & Record<string, unknown> = {
    ...{ crypto: webcrypto, TextEncoder, URL, btoa, Uint8Array },
    location: { href: `${origin}/docs`, origin },
  };
  page.globalThis = page;
  runInNewContext(script ?? '', page);
  return page.interceptRequest ?? ((asked) => asked);
}
