import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import { receiptStub } from '#exchange/answer.js';
import type { ExchangeRequestInput } from '#exchange/exchange-request.js';
import type { SigningKey } from '#exchange/keys.js';
import { ClientError } from '#client/client-error.js';
import { call } from '#client/http-call.js';
import { signRequest } from '#client/sign-request.js';
import { SluiceClient } from '#client/sluice-client.js';
import type { Trust } from '#client/trust.js';
import type { JointCheck } from '../demo/demo-files.js';
import type { Outcome } from './outcome.js';

type Question = JointCheck['asks'][number];
type Attempt = JointCheck['attempts'][number];

export interface Asker {
  readonly gateway: string;
  readonly key: SigningKey;
  readonly trust: Trust;
}

/** What the answer says besides the problem: nothing where the caller could not be told apart from a stranger. */
const withReceipt = z.looseObject({ receipt: receiptStub });

/** Asks as the task says, and checks the department's signature over what came. */
export async function ask(asker: Asker, check: JointCheck, question: Question): Promise<Outcome> {
  const client = new SluiceClient(asker);
  return measure(check, question, 'released', async (request) => {
    const asked = await client.ask(request);
    return { answer: { data: asked.data, release: asked.release }, receiptId: asked.receipt.id };
  });
}

/** Tries what must be refused. */
export async function attempt(asker: Asker, check: JointCheck, tried: Attempt): Promise<Outcome> {
  const client = new SluiceClient(asker);
  return measure(check, tried, tried.refused, async (request) => {
    if (tried.sent === 'once') await client.ask(request);
    else await sendSigned(asker, JSON.stringify(request), tried.sent);
    return {};
  });
}

async function sendSigned({ gateway, key }: Asker, body: string, how: 'again' | 'forged'): Promise<void> {
  const url = new URL('/v1/exchange', gateway);
  const once = { now: Date.now(), nonce: randomBytes(16).toString('base64url') };
  const signed = signRequest({ method: 'POST', url, body }, key, once);
  const headers: Record<string, string> = { 'content-type': 'application/json', ...signed };
  if (how === 'forged') {
    // Well-formed, of this key by its name, and over nothing.
    headers.signature = `sluice=:${randomBytes(64).toString('base64')}:`;
  } else {
    await call(fetch, { method: 'POST', url, headers, body });
  }
  await call(fetch, { method: 'POST', url, headers, body });
}

type Came = Pick<Outcome, 'answer' | 'receiptId'>;

async function measure(
  check: JointCheck,
  { title, resource, select, where, purpose }: Question,
  expected: string,
  send: (request: ExchangeRequestInput) => Promise<Came>,
): Promise<Outcome> {
  const { basis, officer } = check;
  const request: ExchangeRequestInput = {
    ...{ resource, mode: 'records', purpose: purpose ?? check.purpose, basis, case: check.case, officer },
    ...{ select, where },
  };
  const base = { title, resource, select, expected, request: JSON.stringify(request), at: Date.now() };
  const started = performance.now();
  try {
    const came = await send(request);
    return { ...base, came: 'released', ms: performance.now() - started, ...came };
  } catch (error) {
    if (!(error instanceof ClientError)) throw error;
    return { ...base, ms: performance.now() - started, ...refusalOf(error) };
  }
}

function refusalOf(error: ClientError): Pick<Outcome, 'came' | 'problem' | 'receiptId'> {
  const { problem } = error;
  if (problem === undefined) return { came: error.message };
  const stub = withReceipt.safeParse(problem);
  return { came: problem.code, problem, ...(stub.success ? { receiptId: stub.data.receipt.id } : {}) };
}
