import { build } from './build.mjs';
import { install } from './install.mjs';
import { checkNodeVersion } from './paths.mjs';

/** After this, dist is built from the sources and node_modules is what the lock file says. Quick where they were. */
export async function setUp() {
  checkNodeVersion();
  await install();
  await build();
}
