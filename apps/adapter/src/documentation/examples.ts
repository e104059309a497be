/** A department shows its own in their place: see live-examples. */
export const exampleRequest = {
  resource: 'population/residents',
  mode: 'records',
  purpose: 'gov:HousingEligibility',
  basis: { law: '公共租赁住房管理办法', article: '第九条' },
  case: '杭住保〔2026〕审字第00417号',
  officer: '住房保障局/王敏',
  select: ['household_size', 'name'],
  limit: 3,
} as const;

export const exampleAnswer = { rows: [{ household_size: 3, name: '张**' }] } as const;

export const examplePublication = {
  department: { id: 'population', title: { zh: '市公安局人口库', en: 'Population Register' } },
  resources: [
    {
      id: 'population/residents',
      title: { zh: '常住人口登记信息', en: 'Registered residents' },
      sharing: 'conditional',
      fields: {
        resident_id: { type: 'string', title: { zh: '公民身份号码', en: 'Resident id' }, operators: ['eq', 'in'] },
        name: { type: 'string', title: { zh: '姓名', en: 'Name' }, operators: ['eq', 'prefix'] },
      },
    },
  ],
} as const;

const inBase64Url = (text: string) => Buffer.from(text).toString('base64url');
/** In the form of one, by a key that nobody has. */
const tokenOfNobody = (type: string, kid: string) =>
  [
    inBase64Url(`{"alg":"EdDSA","typ":"${type}","kid":"${kid}"}`),
    inBase64Url(`{"iss":"${kid}"}`),
    Buffer.alloc(64).toString('base64url'),
  ].join('.');
export const exampleDecision = tokenOfNobody('sluice-decision+jwt', 'another-gateway');
export const exampleOrder = tokenOfNobody('sluice-erasure+jwt', 'another-operator');

/** Finds, and destroys nothing. */
export const exampleErasure = {
  subject: '99010619920817002X',
  ground: 'consent-withdrawn',
  dryRun: true,
  salt: 'zBM7es03EuYsY-yrXu2Mkb3PVWBX7JPBgMJ6fqltXDY',
};
