import { data, evidence, ID, promisedBy } from '../../../libs/client/test/evidence.js';
import { problem, type Received, type Reply } from '../../../libs/client/test/http-peer.js';

const title = { zh: '常住人口', en: 'Residents' };

export const residents = {
  id: 'population/residents',
  title,
  sharing: 'conditional',
  fields: {
    resident_id: { type: 'string', title, operators: ['eq'] },
    name: { type: 'string', title, operators: [] },
    district: { type: 'string', title, operators: [] },
    household_size: { type: 'integer', title, operators: ['gte'] },
  },
};

export interface Behaviour {
  /** How often a receipt is asked for before the log has it. */
  readonly pending?: number;
  readonly denies?: boolean;
}

/** A gateway that answers every question with one resident, or denies it, and has the proof of either. */
export function honestGateway({ pending = 0, denies = false }: Behaviour = {}): (request: Received) => Reply {
  let request = '';
  let waits = pending;
  const ofDenial = () =>
    evidence({ request, decision: { outcome: 'deny', reason: 'FIELD_NOT_AGREED' }, release: undefined });
  return ({ target, body }) => {
    if (target.startsWith('/v1/catalogue')) return { body: { items: [residents] } };
    if (target === '/v1/exchange') {
      request = body;
      if (denies) {
        const explanation = { en: 'mobile is not granted', zh: '未授权 mobile' };
        const told = { detail: explanation.en, explanation, receipt: promisedBy(ofDenial()) };
        return problem(403, 'FIELD_NOT_AGREED', told);
      }
      const whole = evidence({ request });
      return { body: { data, release: whole.answer?.release, receipt: promisedBy(whole) } };
    }
    if (target !== `/v1/receipts/${ID}`) return problem(404, 'NOT_FOUND');
    if (waits > 0) {
      waits -= 1;
      return { status: 202, headers: { 'retry-after': '0' }, body: { id: ID, state: 'pending', published: [] } };
    }
    return { body: denies ? ofDenial().receipt : evidence({ request }).receipt };
  };
}
