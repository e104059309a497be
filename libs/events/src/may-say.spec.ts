import { contracts } from './contracts.js';
import { maySay } from './may-say.js';

it.each([...contracts.keys()])(
  'gives %s to the gateway, to departments or to the ledger, and to nobody else',
  (type) => {
    const sayers = ['gateway', 'adapter/population', 'ledger', 'ledger/0', 'gateway/2', 'someone'].filter((one) =>
      maySay(one, type),
    );
    expect([['gateway'], ['adapter/population'], ['ledger']]).toContainEqual(sayers);
  },
);
