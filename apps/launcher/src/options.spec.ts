import { transportVariables } from '#platform/transport/transport-variables.js';
import { readOptions } from './options.js';

const read = (args: string[], variables: Record<string, string> = {}) => readOptions(args, variables, '/project');

it('keeps its home in the project, unless told otherwise by flag or environment', () => {
  expect(read([]).home).toBe('/project/.sluice');
  expect(read([], { SLUICE_HOME: '/var/lib/sluice' }).home).toBe('/var/lib/sluice');
  expect(read(['--home', '/elsewhere'], { SLUICE_HOME: '/var/lib/sluice' }).home).toBe('/elsewhere');
});

it('runs the sample task and stays up, unless told otherwise', () => {
  expect(read([])).toMatchObject({ once: false, sample: true, portBase: 8800 });
  expect(read(['--once', '--no-sample', '--port-base=9100'])).toMatchObject({
    once: true,
    sample: false,
    portBase: 9100,
  });
});

it('passes on all that is said of Kafka, and nothing where there are no brokers', () => {
  const kafka = Object.fromEntries(
    Object.keys(transportVariables)
      .filter((name) => name !== 'EVENTS_URL')
      .map((name) => [name, `of ${name}`]),
  );
  expect(read([], { ...kafka, PATH: '/bin' }).kafka).toEqual(kafka);
  expect(Object.keys(kafka)).toContain('KAFKA_TLS');
  expect(read([], { KAFKA_TLS: 'true' }).kafka).toBeUndefined();
});

it.each([
  ['a flag that does not exist', ['--onec'], {}, /--onec.*npm start -- --help/s],
  ['a port that is no number', ['--port-base', 'many'], {}, /--port-base must be a number/],
  ['a port that leaves no room for the others', ['--port-base', '65530'], {}, /--port-base must be a number/],
  ['a port that browsers refuse', ['--port-base', '5059'], {}, /port 5060.*browsers/],
  ['a database of another kind', [], { DATABASE_URL: 'mysql://root@127.0.0.1/x' }, /DATABASE_URL/],
])('explains %s', (_, args, variables, message) => {
  expect(() => read(args, variables)).toThrow(message);
});
