import { get } from 'node:http';
import process from 'node:process';

/** Status 0 once the service in this container is ready for work. What it says of itself is kept with the container's state. */
const { HOST, PORT } = process.env;
const host = HOST === '0.0.0.0' ? '127.0.0.1' : HOST;
const request = get({ host, port: PORT, path: '/health/ready', timeout: 4000 }, (answer) => {
  answer.pipe(process.stdout);
  process.exitCode = answer.statusCode === 200 ? 0 : 1;
});
request.on('timeout', () => request.destroy(new Error('no answer within 4 s')));
request.on('error', (error) => {
  process.stdout.write(`${error.message}\n`);
  process.exitCode = 1;
});
