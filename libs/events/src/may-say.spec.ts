import { contracts } from './contracts.js';
import { maySay } from './may-say.js';

it.each([...contracts.keys()])('gives %s to the gateway or to departments, and to nobody else', (type) => {
  const sayers = ['gateway', 'adapter/population', 'ledger/0', 'gateway/2', 'someone'].filter((one) =>
    maySay(one, type),
  );
  expect([['gateway'], ['adapter/population']]).toContainEqual(sayers);
});
