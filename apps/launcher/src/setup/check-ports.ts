import { describeHolder, isPortFree } from '#embedded/port-holder.js';
import { LauncherError } from '../launcher-error.js';
import { servicePorts, type Plan } from './plan.js';

/** Throws PORT_TAKEN, naming every port that is held, by whom, and what to do. */
export async function checkPorts(plan: Plan): Promise<void> {
  const taken: string[] = [];
  for (const [name, port] of servicePorts(plan)) {
    if (!(await isPortFree(port)))
      taken.push(`Port ${String(port)}, which ${name} needs, is held by ${describeHolder(port)}.`);
  }
  if (taken.length === 0) return;
  throw new LauncherError(
    'PORT_TAKEN',
    `${taken.join('\n')}\nEnd that program, or choose other ports: npm start -- --port-base ${String(plan.gateway + 1000)}`,
  );
}
