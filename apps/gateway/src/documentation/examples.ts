// What the demonstration registers and asks: examples that run there as they stand.

/** Finds, and destroys nothing. */
export const exampleErasure = {
  subject: '99010619920817002X',
  ground: 'consent-withdrawn',
  dryRun: true,
  salt: 'zBM7es03EuYsY-yrXu2Mkb3PVWBX7JPBgMJ6fqltXDY',
};

export const exampleAgreement = {
  id: 'housing-residents',
  version: 1,
  consumer: 'housing/eligibility',
  resource: 'population/residents',
  purposes: ['gov:HousingEligibility'],
  bases: [{ law: '公共租赁住房管理办法', article: '第九条' }],
  fields: {
    resident_id: { transform: { kind: 'mask', keepStart: 6, keepEnd: 4 }, filter: ['eq'] },
    name: { transform: { kind: 'mask', keepStart: 1, keepEnd: 0 } },
    birth_date: { transform: { kind: 'truncate', to: 'year' } },
    household_id: { transform: { kind: 'clear' }, filter: ['eq'] },
    household_size: { transform: { kind: 'clear' }, filter: [] },
    relation: { transform: { kind: 'clear' } },
    marital_status: { transform: { kind: 'clear' } },
    district: { transform: { kind: 'clear' } },
    registered_since: { transform: { kind: 'truncate', to: 'month' } },
    district_code: { transform: { kind: 'omit' } },
  },
  rows: [{ field: 'district_code', op: 'prefix', value: '3301' }],
  requires: { resident_id: 1 },
  maxRows: 20,
  quota: { limit: 100_000, per: 'day' },
  validFrom: '2026-01-01T00:00:00+08:00',
  validUntil: '2029-01-01T00:00:00+08:00',
};

export const exampleExchange = {
  resource: 'population/residents',
  mode: 'records',
  purpose: 'gov:HousingEligibility',
  basis: { law: '公共租赁住房管理办法', article: '第九条' },
  case: '杭住保〔2026〕审字第00417号',
  officer: '住房保障局/王敏',
  select: ['resident_id', 'name', 'birth_date', 'household_size', 'district', 'registered_since'],
  where: [{ field: 'resident_id', op: 'eq', value: '99010619920817002X' }],
};

/** The key of RFC 8037's examples. Everyone has its private half, so a key that nobody has is shown in its place. */
export const exampleJwk = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
export const exampleKid = 'kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k';
/** The thumbprint of RFC 7638's example. In its place, a key that may go. */
export const exampleKidToRevoke = 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs';

/** In a demonstration's documentation, the newest access of the system that it signs as stands in its place. */
export const exampleAccess = '01900000-0000-8000-8000-000000000000';

/** None of the demonstration's departments: registering this one takes no adapter from any of them. */
export const exampleDepartment = {
  title: { zh: '气象局', en: 'Meteorological Bureau' },
  adapterUrl: 'http://127.0.0.1:8899',
  keys: [exampleJwk],
  resources: [
    {
      id: 'weather/stations',
      title: { zh: '气象站', en: 'Weather stations' },
      sharing: 'unconditional',
      fields: {
        station: { type: 'string', title: { zh: '站号', en: 'Station' }, operators: ['eq', 'in'] },
        since: { type: 'date', title: { zh: '建站日期', en: 'Since' }, operators: ['lt', 'gt'] },
      },
    },
  ],
};

export const exampleSystem = { title: { zh: '市住房保障局资格审核系统', en: 'Housing Bureau, eligibility review' } };
