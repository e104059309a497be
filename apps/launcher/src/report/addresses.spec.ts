import { homeAt } from '../home/home.js';
import { planFrom } from '../setup/plan.js';
import { addresses } from './addresses.js';

const around = { defaultPortBase: 8800, defaultHome: '/project/.sluice', workingDirectory: '/project' };

it('says nothing of addresses where the commands know them', () => {
  const text = addresses(planFrom(8800), homeAt('/project/.sluice'), around);
  expect(text).toContain('Keys, trust file, logs and data: .sluice\n');
  expect(text).not.toContain('export');
});

it('gives the commands the addresses and the home that they would not find', () => {
  const text = addresses(planFrom(9100), homeAt('/elsewhere'), around);
  expect(text).toContain(
    '  export SLUICE_HOME=/elsewhere SLUICE_GATEWAY=http://127.0.0.1:9100 SLUICE_LEDGER=http://127.0.0.1:9101\n',
  );
  expect(text).toContain('Keys, trust file, logs and data: /elsewhere\n');
});

it('names every service', () => {
  const text = addresses(planFrom(8800), homeAt('/project/.sluice'), around);
  for (const port of [8800, 8801, 8811, 8812, 8813, 8814]) expect(text).toContain(`http://127.0.0.1:${port}/docs`);
});
