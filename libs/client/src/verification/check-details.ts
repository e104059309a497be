import type { ProvenEntry, ReceiptStub } from '#exchange/answer.js';
import { commit, sha256, type DecisionDetail } from '#exchange/commitment.js';
import type { AccessDecided } from '#events/access-decided.v1.js';
import { leafHash } from '#merkle/tree-hash.js';
import { fail, pass, type Check } from './check.js';

export interface Opening {
  readonly nonce: string;
  readonly detail: DecisionDetail;
}

/** Whether the entry committed to these very details: who asked, in which case, with which request. */
export function checkDetails(entry: AccessDecided, { nonce, detail }: Opening): Check {
  if (commit(Buffer.from(nonce, 'base64url'), detail) !== entry.commitment) {
    return fail(
      'decision-details',
      'The officer, the case and the request in this receipt are not those that the entry committed to.',
      '凭证中的经办人、案件和请求与记录所承诺的不一致。',
    );
  }
  if (!entry.authenticated) {
    return pass(
      'decision-details',
      `The entry commits to the digest of what was sent. No signature showed that it came from ${entry.consumer}.`,
      `记录承诺了所收到内容的摘要；没有签名能证明其来自 ${entry.consumer}。`,
    );
  }
  return pass(
    'decision-details',
    `The entry commits to officer "${detail.officer}" and case "${detail.case}", without saying so in the log.`,
    `记录承诺了经办人“${detail.officer}”和案件“${detail.case}”，而日志中并未公开。`,
  );
}

/** Whether the log has what the gateway promised to put there when it answered. */
export function checkPromise({ entry }: ProvenEntry, promised: ReceiptStub): Check {
  const leaf = Buffer.from(leafHash(Buffer.from(entry, 'utf8'))).toString('base64url');
  return leaf === promised.leaf
    ? pass('promise', 'It is the entry that the gateway promised with its answer.', '该记录正是网关应答时所承诺的。')
    : fail('promise', 'The gateway promised another entry with its answer.', '网关应答时承诺的是另一条记录。');
}

/** Whether this is the request that the entry is about, byte for byte. */
export function checkRequest(detail: DecisionDetail, request: string): Check {
  return sha256(request) === detail.request
    ? pass('request', 'The request in this file is the one that was decided.', '本文件中的请求就是被裁定的请求。')
    : fail('request', 'The request in this file is not the one that was decided.', '本文件中的请求不是被裁定的请求。');
}
