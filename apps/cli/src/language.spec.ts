import { languageOfArguments, languageOfLocale } from './language.js';

it.each([
  [{ LANG: 'zh_CN.UTF-8' }, 'zh'],
  [{ LANG: 'zh' }, 'zh'],
  [{ LANG: 'zh-Hans' }, 'zh'],
  [{ LANG: 'en_US.UTF-8' }, 'en'],
  [{ LANG: 'C' }, 'en'],
  [{ LANG: 'zhx' }, 'en'],
  [{}, 'en'],
  [{ LANG: 'en_US', LC_ALL: 'zh_TW' }, 'zh'],
  [{ LANG: 'zh_CN', LC_MESSAGES: 'en_GB' }, 'en'],
  [{ LANG: 'zh_CN', LC_ALL: '' }, 'zh'],
])('%j speaks %s', (locale, language) => {
  expect(languageOfLocale(locale)).toBe(language);
});

it.each([
  [['ask', '--lang', 'zh'], 'zh'],
  [['--lang=en', 'ask'], 'en'],
  [['ask', '--lang', 'fr'], undefined],
  [['ask', '--lang'], undefined],
  [['ask'], undefined],
])('%j says %s', (args, language) => {
  expect(languageOfArguments(args)).toBe(language);
});
