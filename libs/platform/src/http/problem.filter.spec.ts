import fastify from 'fastify';
import { Problem, problemDetails, type ProblemCode } from '#exchange/problem.js';
import { createLogger } from '../logger.js';
import { ProblemFilter } from './problem.filter.js';

async function answered(error: unknown) {
  const logged: string[] = [];
  const filter = new ProblemFilter(createLogger({ name: 'test' }, { write: (line: string) => void logged.push(line) }));
  const instance = fastify();
  instance.get('/', (request, reply) => {
    filter.answer(error, request, reply);
    return reply;
  });
  const answer = await instance.inject('/');
  await instance.close();
  return { code: problemDetails.parse(answer.json()).code, logged: logged.length };
}

it.each<[string, unknown, ProblemCode, number]>([
  ['an error of ours is', new Error('relation "secret" does not exist'), 'INTERNAL', 1],
  ['a part that is down is', new Problem('RECORD_UNAVAILABLE'), 'RECORD_UNAVAILABLE', 1],
  ['a caller’s mistake is not', new Problem('INVALID_REQUEST'), 'INVALID_REQUEST', 0],
  ['a flood is not, which would flood the log as well', new Problem('SERVICE_BUSY'), 'SERVICE_BUSY', 0],
])('of what goes wrong, %s for the log', async (_, error, code, lines) => {
  expect(await answered(error)).toEqual({ code, logged: lines });
});
