import { questionFlags, resourceOf, toQuestion, type QuestionFlags } from './question.js';

const file = {
  resource: 'population/residents',
  purpose: 'gov:HousingEligibility',
  basis: { law: '公共租赁住房管理办法', article: '第九条' },
  case: 'C-1',
  officer: 'O-7',
  select: ['name'],
  where: [
    { field: 'resident_id', op: 'eq', value: 'a' },
    { field: 'district', op: 'eq', value: 'b' },
  ],
};
const flags = (given: Partial<QuestionFlags> = {}): QuestionFlags => ({ ...questionFlags.parse({}), ...given });

it('is the file’s, where no option says otherwise', () => {
  expect(toQuestion(file, flags(), [])).toEqual({ mode: 'records', ...file });
});

it('is what options say, where they say it', () => {
  const given = flags({ select: ['district'], limit: 5, article: '第十条', orderBy: ['name:desc', 'district'] });
  expect(toQuestion(file, given, [])).toEqual({
    mode: 'records',
    ...file,
    select: ['district'],
    limit: 5,
    basis: { law: '公共租赁住房管理办法', article: '第十条' },
    orderBy: [
      { field: 'name', direction: 'desc' },
      { field: 'district', direction: 'asc' },
    ],
  });
});

it('lets a typed condition take the place of the file’s on the same field', () => {
  const { where } = toQuestion(file, flags(), [{ field: 'resident_id', op: 'eq', value: 'z' }]);
  expect(where).toEqual([
    { field: 'district', op: 'eq', value: 'b' },
    { field: 'resident_id', op: 'eq', value: 'z' },
  ]);
});

it('can be made of options alone', () => {
  const given = flags({ ...file, law: 'L', article: '1', where: [] });
  expect(toQuestion({}, given, [])).toMatchObject({
    mode: 'records',
    basis: { law: 'L', article: '1' },
    select: ['name'],
  });
});

it('names every place that is wrong or missing', () => {
  expect(() => toQuestion({ ...file, officer: undefined, select: ['nаme'] }, flags(), [])).toThrow(
    /officer.*\n?.*select\.0/s,
  );
  expect(() => toQuestion({ ...file, admin: true }, flags(), [])).toThrow('admin');
  expect(() => toQuestion('text', flags(), [])).toThrow('resource');
});

it('is about the option’s resource before the file’s', () => {
  expect(resourceOf(file, flags())).toBe('population/residents');
  expect(resourceOf(file, flags({ resource: 'a/b' }))).toBe('a/b');
  expect(resourceOf(undefined, flags())).toBeUndefined();
});
