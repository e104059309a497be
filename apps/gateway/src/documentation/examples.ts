/** What the demonstration registers: examples of the documentation that run there as they stand. */
const titles = {
  residents: { zh: '常住人口', en: 'Residents' },
  resident_id: { zh: '公民身份号码', en: 'Resident id' },
  name: { zh: '姓名', en: 'Name' },
} as const;

export const exampleJwk = {
  kty: 'OKP',
  crv: 'Ed25519',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
} as const;

export const exampleResource = {
  id: 'population/residents',
  title: titles.residents,
  sharing: 'conditional',
  fields: {
    resident_id: { type: 'string', title: titles.resident_id, operators: ['eq'] },
    name: { type: 'string', title: titles.name, operators: [] },
  },
} as const;

export const exampleDepartment = {
  title: { zh: '人口登记', en: 'Population register' },
  adapterUrl: 'http://127.0.0.1:8811',
  keys: [exampleJwk],
  resources: [exampleResource],
} as const;

export const exampleAgreement = {
  id: 'housing-population',
  version: 1,
  consumer: 'housing/eligibility',
  resource: 'population/residents',
  purposes: ['gov:HousingEligibility'],
  bases: [{ law: '公共租赁住房管理办法', article: '第九条' }],
  fields: {
    resident_id: { transform: { kind: 'mask', keepStart: 6, keepEnd: 4 }, filter: ['eq'] },
    name: { transform: { kind: 'clear' } },
  },
  rows: [],
  maxRows: 100,
  quota: { limit: 10_000, per: 'day' },
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2028-01-01T00:00:00Z',
} as const;

export const exampleExchange = {
  resource: 'population/residents',
  mode: 'records',
  purpose: 'gov:HousingEligibility',
  basis: { law: '公共租赁住房管理办法', article: '第九条' },
  case: 'GZF-2026-000123',
  officer: 'officer-1042',
  select: ['name'],
  where: [{ field: 'resident_id', op: 'eq', value: '990101198807011234' }],
} as const;
