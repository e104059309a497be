import type { ReceiptStub } from '#exchange/answer.js';

const BEFORE = Buffer.from('{"data":');

/** The answer to the caller: the adapter's bytes as they are, its release and the receipt. `release` is a compact JWS. */
export function writeAnswer(data: Buffer, release: string, receipt: ReceiptStub): Buffer {
  return Buffer.concat([BEFORE, data, Buffer.from(`,"release":"${release}","receipt":${JSON.stringify(receipt)}}`)]);
}
