import { loadSigningKey } from '#exchange/keys.js';
import { proveBatch } from './batch-proof.js';

/** RFC 8037, appendix A. */
const key = loadSigningKey({
  kty: 'OKP',
  crv: 'Ed25519',
  d: 'nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A',
  x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo',
});

it('signs a batch as an implementation of the format in another language does', () => {
  expect(proveBatch(Buffer.from('28b52ffd0058', 'hex'), key)).toBe(
    [
      'eyJhbGciOiJFZERTQSIsImtpZCI6ImtQcktfcW14VldhWVZBOXd3QkY2SXVvM3ZWeno3VHhIQ1R3WEJ5Z3JTNGsiLCJ0eXAiOiJzbHVpY2UtYmF0Y2grand0In0',
      'eyJiYXRjaCI6Imd5bUxvWnBkdWNsc3JuZnczQzEwNExNZ2RiNXZQUmNySEQ2MlkxaVBhazgifQ',
      'rbdpLn9KNtyey47XcEtKHZYEJcjj1qyuhq0Uc8CHVOWg8MCKHG9zJzaqu7ygniG2d6TU7W_6ok1grSjO8CZtDg',
    ].join('.'),
  );
});
