import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { canonicalJson, sha256 } from '#exchange/commitment.js';
import { verifyJws, signJws } from '#exchange/jws.js';
import { generateSigningKey, publicJwk, type PublicJwk, type SigningKey } from '#exchange/keys.js';
import { Problem, PROBLEM_MEDIA_TYPE, type ProblemCode } from '#exchange/problem.js';
import {
  DECISION_HEADER,
  DECISION_TYPE,
  decisionClaims,
  RELEASE_HEADER,
  RELEASE_TYPE,
  type DecisionClaims,
  type ReleaseClaims,
} from '#exchange/tokens.js';

/** One question as it reached the adapter. */
export interface Received {
  readonly body: Buffer;
  readonly decision: string;
  readonly claims: DecisionClaims;
  readonly traceparent: string | undefined;
}

export type Answering = (received: Received, response: ServerResponse) => void | Promise<void>;

/** A department's adapter as a network peer: it checks decisions and signs releases as the real one does, or as told. */
export interface FakeAdapter extends AsyncDisposable {
  readonly url: string;
  readonly key: PublicJwk;
  readonly signingKey: SigningKey;
  readonly received: Received[];
  /** How it answers from now on. */
  answerWith(answering: Answering): void;
  /** As at first. */
  answerWell(): void;
  /** What it would answer with, to be spoilt. */
  releaseOf(received: Received, change?: Partial<ReleaseClaims>): { readonly body: string; readonly release: string };
}

const ROWS = { rows: [{ name: '王芳' }] };

export async function startFakeAdapter(department: string, gateway: SigningKey): Promise<FakeAdapter> {
  const signingKey = generateSigningKey();
  const received: Received[] = [];
  const used = new Set<string>();
  const trusted = new Map([[gateway.kid, gateway.key]]);

  const releaseOf: FakeAdapter['releaseOf'] = ({ claims, decision }, change = {}) => {
    const body = canonicalJson(ROWS);
    const release: ReleaseClaims = {
      iss: department,
      aud: claims.consumer,
      jti: claims.jti,
      iat: Math.floor(Date.now() / 1000),
      decision: sha256(decision),
      request: claims.request,
      data: sha256(body),
      rows: 1,
      fields: ['name'],
      nonce: sha256('nonce'),
      ...change,
    };
    return { body, release: signJws(release, RELEASE_TYPE, signingKey) };
  };
  const answerWell: Answering = (question, response) => {
    if (used.has(question.claims.jti)) {
      answerProblem(response, 'DECISION_USED');
      return;
    }
    used.add(question.claims.jti);
    const { body, release } = releaseOf(question);
    answerJson(response, body, release);
  };
  let answering = answerWell;

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const decision = String(request.headers[DECISION_HEADER]);
      const { payload } = verifyJws(decision, DECISION_TYPE, trusted);
      const traceparent = request.headers.traceparent;
      const question = {
        body,
        decision,
        claims: decisionClaims.parse(payload),
        traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      };
      received.push(question);
      return answering(question, response);
    });
  });
  const { promise, resolve } = Promise.withResolvers<undefined>();
  server.listen(0, '127.0.0.1', () => {
    resolve(undefined);
  });
  await promise;
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key: publicJwk(signingKey.key),
    signingKey,
    received,
    answerWith: (next) => {
      answering = next;
    },
    answerWell: () => {
      answering = answerWell;
    },
    releaseOf,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      const closed = Promise.withResolvers<undefined>();
      server.close(() => {
        closed.resolve(undefined);
      });
      await closed.promise;
    },
  };
}

export function answerJson(response: ServerResponse, body: string, release: string): void {
  response.writeHead(200, { 'content-type': 'application/json', [RELEASE_HEADER]: release });
  response.end(body);
}

export function answerProblem(response: ServerResponse, code: ProblemCode, detail?: string): void {
  const problem = new Problem(code, detail);
  response.writeHead(problem.status, { 'content-type': PROBLEM_MEDIA_TYPE });
  response.end(JSON.stringify(problem.toDetails()));
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
