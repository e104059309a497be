import { readHomeArguments, type HomeCommand } from './home-command.js';

const reset = { usage: 'npm run reset', folders: 0 };
const backup = { usage: 'npm run backup -- FOLDER', folders: 1 };
const read = (command: HomeCommand, args: readonly string[]) =>
  readHomeArguments(command, { args, variables: { SLUICE_HOME: '/var/lib/sluice' } });

it('works on the home that flag or environment name', () => {
  expect(read(reset, [])).toEqual({ help: false, home: '/var/lib/sluice', folders: [] });
  expect(read(backup, ['/safe', '--home', '/mine'])).toMatchObject({
    home: '/mine',
    folders: ['/safe'],
  });
});

it.each(['--help', '-h'])('is only explained when asked for %s', (flag) => {
  expect(read(reset, [flag]).help).toBe(true);
  expect(read(backup, [flag]).help).toBe(true);
});

it.each([
  ['a flag of another command', reset, ['--once'], /--once.*npm run reset/s],
  ['a home without its flag', reset, ['/elsewhere'], /\/elsewhere: nothing is named here\nnpm run reset/],
  ['no folder', backup, [], /name one folder\nnpm run backup/],
  ['two folders', backup, ['/one', '/two'], /name one folder/],
])('does nothing on %s', (_, command, args, message) => {
  expect(() => read(command, args)).toThrow(message);
});
