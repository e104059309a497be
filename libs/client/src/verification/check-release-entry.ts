import type { ReleasedData } from '#exchange/answer.js';
import { canonicalJson, commit, sha256 } from '#exchange/commitment.js';
import { departmentOf } from '#exchange/names.js';
import type { ReleaseClaims } from '#exchange/tokens.js';
import type { AccessDecided } from '#events/access-decided.v1.js';
import type { AccessReleased } from '#events/access-released.v1.js';
import { openRelease } from '../check-release.js';
import type { Trust } from '../trust.js';
import { fail, pass, reasonOf, type Check } from './check.js';

/** Whether gateway and department, each for itself, recorded the same access. */
export function checkPairs(decision: AccessDecided, release: AccessReleased): Check {
  const isSame =
    decision.outcome === 'permit' &&
    release.consumer === decision.consumer &&
    release.resource === decision.resource &&
    release.purpose === decision.purpose &&
    release.policy === decision.policy &&
    release.source === `adapter/${departmentOf(release.resource)}` &&
    release.fields.every((field) => decision.select.includes(field));
  return isSame
    ? pass(
        'release-pairs',
        `Gateway and department recorded the same access: ${release.consumer} got ${release.rows} ${release.rows === 1 ? 'row' : 'rows'} of ${release.resource} (${release.fields.join(', ')}) for ${release.purpose}, under the same agreements.`,
        `网关与提供部门各自记录的是同一次访问：${release.consumer} 为 ${release.purpose} 取得 ${release.resource} 的 ${release.rows} 行（${release.fields.join('、')}），依据相同的协议。`,
      )
    : fail(
        'release-pairs',
        'What the department released is not what the gateway permitted.',
        '提供部门放行的内容与网关的决定不一致。',
      );
}

/** Whether the department itself signed the release that came with the data. */
export function checkSigned(
  token: string,
  entry: AccessReleased,
  trust: Trust,
): { readonly claims?: ReleaseClaims; readonly check: Check } {
  const department = departmentOf(entry.resource);
  try {
    const claims = openRelease(token, trust.departments.get(department));
    return {
      claims,
      check: pass(
        'release-signed',
        `A key of the department ${department} signed the release.`,
        `放行凭据由部门 ${department} 的密钥签署。`,
      ),
    };
  } catch (error) {
    const reason = reasonOf(error);
    return {
      check: fail(
        'release-signed',
        `It is not shown that the department ${department} signed the release: ${reason}.`,
        `未能证明放行凭据由部门 ${department} 签署：${reason}。`,
      ),
    };
  }
}

/** Whether the signed release says what the entry in the log says, and opens what the entry commits to. */
export function checkContent(claims: ReleaseClaims, entry: AccessReleased): Check {
  const { nonce, request, data } = claims;
  const isSame =
    claims.iss === departmentOf(entry.resource) &&
    claims.aud === entry.consumer &&
    claims.jti === entry.id &&
    claims.decision === entry.decision &&
    claims.rows === entry.rows &&
    canonicalJson(claims.fields) === canonicalJson(entry.fields) &&
    commit(Buffer.from(nonce, 'base64url'), { request, data }) === entry.commitment;
  return isSame
    ? pass(
        'release-content',
        "The signed release and the department's entry in the log say the same, and the entry commits to these very data.",
        '签署的放行凭据与日志中提供部门的记录一致，且该记录承诺的正是这份数据。',
      )
    : fail(
        'release-content',
        "The signed release is not the one that the department's entry in the log is about.",
        '签署的放行凭据与日志中提供部门的记录不符。',
      );
}

/** Whether the data are those that the department signed for, and for this request. */
export function checkData(claims: ReleaseClaims, data: ReleasedData, request: string | undefined): Check {
  if (claims.data !== sha256(canonicalJson(data)) || claims.rows !== data.rows.length) {
    return fail('data', 'The data are not those that the department released.', '数据不是提供部门放行的数据。');
  }
  if (request !== undefined && claims.request !== request) {
    return fail('data', 'The data were released for another request.', '数据是针对另一请求放行的。');
  }
  return pass(
    'data',
    'The data are exactly those that the department released for this request.',
    '数据与提供部门针对该请求放行的完全一致。',
  );
}
