import { sha256 } from '#exchange/commitment.js';
import type { Receipt, ReceiptStub, ReleasedData } from '#exchange/answer.js';
import type { Title } from '#exchange/names.js';
import { accessDecidedV1, type AccessDecided } from '#events/access-decided.v1.js';
import { accessErasedV1, type AccessErased } from '#events/access-erased.v1.js';
import { accessFailedV1, type AccessFailed } from '#events/access-failed.v1.js';
import { accessReleasedV1, type AccessReleased } from '#events/access-released.v1.js';
import type { Trust } from '../trust.js';
import { fail, type Check } from './check.js';
import { checkErasure } from './check-erasure.js';
import { checkFailure } from './check-failure.js';
import { checkDetails, checkPromise, checkRequest } from './check-details.js';
import { checkPlace, readEntry } from './check-entry.js';
import { checkContent, checkData, checkPairs, checkSigned } from './check-release-entry.js';
import { notProven } from './not-proven.js';
import { witnessingOf } from './witnessing-of.js';

export interface Evidence {
  readonly receipt: Receipt;
  /** The request's body as it was sent. */
  readonly request?: string | undefined;
  /** What the gateway answered at once: which entry there would be. */
  readonly promised?: ReceiptStub | undefined;
  /** What came back with the data. */
  readonly answer?: { readonly data: ReleasedData; readonly release: string } | undefined;
}

export interface ReceiptVerification {
  /** Whether every check passed. */
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What nobody should read into it. */
  readonly notProven: readonly Title[];
  /** The entries, as far as they could be read: only where `ok` may they be believed. */
  readonly decision: AccessDecided | undefined;
  readonly release: AccessReleased | undefined;
  readonly failure: AccessFailed | undefined;
  /** That the gateway destroyed what opens the decision: by whom, when, and on which ground. */
  readonly erasure: AccessErased | undefined;
}

interface Part<Entry> {
  readonly entry: Entry | undefined;
  readonly checks: readonly Check[];
}
const absent = { entry: undefined, checks: [] } as const;

/** Verifies a receipt by what it holds and whom the verifier trusts, and asks nobody. Never throws for bad evidence. */
export function verifyReceipt(evidence: Evidence, trust: Trust): ReceiptVerification {
  const decision = verifyDecision(evidence, trust);
  const release = verifyRelease(evidence, decision.entry, trust);
  const failure = verifyFailure(evidence.receipt, decision.entry, trust);
  const erasure = verifyErasure(evidence.receipt, trust);
  const checks = [...decision.checks, ...release.checks, ...failure.checks, ...erasure.checks];
  const { receipt, answer } = evidence;
  return {
    ok: checks.every(({ ok }) => ok),
    checks,
    notProven: notProven({
      opening: receipt.opening !== undefined,
      outcome: release.entry !== undefined || failure.entry !== undefined || decision.entry?.outcome === 'deny',
      released: receipt.release !== undefined,
      answer: answer !== undefined,
      witnessing: witnessingOf(receipt, trust),
    }),
    decision: decision.entry,
    release: release.entry,
    failure: failure.entry,
    erasure: erasure.entry,
  };
}

function verifyDecision({ receipt, request, promised }: Evidence, trust: Trust): Part<AccessDecided> {
  const { entry, check } = readEntry('decision', receipt.decision.entry, accessDecidedV1, receipt.id);
  const checks = [...checkPlace('decision', receipt.decision, trust), check];
  if (promised !== undefined) checks.push(checkPromise(receipt.decision, promised));
  if (entry === undefined || receipt.opening === undefined) return { entry, checks };
  checks.push(checkDetails(entry, receipt.opening));
  if (request !== undefined) checks.push(checkRequest(receipt.opening.detail, request));
  return { entry, checks };
}

function verifyRelease(
  { receipt, request, answer }: Evidence,
  decision: AccessDecided | undefined,
  trust: Trust,
): Part<AccessReleased> {
  if (receipt.release === undefined) return answer === undefined ? absent : { entry: undefined, checks: [unrecorded] };
  const { entry, check } = readEntry('release', receipt.release.entry, accessReleasedV1, receipt.id);
  const checks = [...checkPlace('release', receipt.release, trust), check];
  if (entry === undefined) return { entry, checks };
  if (decision !== undefined) checks.push(checkPairs(decision, entry));
  if (answer === undefined) return { entry, checks };
  const { claims, check: signed } = checkSigned(answer.release, entry, trust);
  checks.push(signed);
  if (claims !== undefined) {
    const asked = request === undefined ? receipt.opening?.detail.request : sha256(request);
    checks.push(checkContent(claims, entry), checkData(claims, answer.data, asked));
  }
  return { entry, checks };
}

const unrecorded = fail(
  'data',
  'There are data, and no entry that the department released any.',
  '有数据，但没有提供部门放行的记录。',
);

function verifyFailure(receipt: Receipt, decision: AccessDecided | undefined, trust: Trust): Part<AccessFailed> {
  if (receipt.failure === undefined) return absent;
  const { entry, check } = readEntry('failure', receipt.failure.entry, accessFailedV1, receipt.id);
  const checks = [...checkPlace('failure', receipt.failure, trust), check];
  if (entry !== undefined && decision !== undefined) checks.push(checkFailure(decision, entry));
  return { entry, checks };
}

function verifyErasure(receipt: Receipt, trust: Trust): Part<AccessErased> {
  if (receipt.erasure === undefined) return absent;
  const { entry, check } = readEntry('erasure', receipt.erasure.entry, accessErasedV1, receipt.id);
  const checks = [...checkPlace('erasure', receipt.erasure, trust), check];
  if (entry !== undefined) checks.push(checkErasure(entry, receipt));
  return { entry, checks };
}
