import { PORT_SPAN } from '../options.js';

export const departmentIds = ['population', 'social-security', 'real-estate', 'transport'] as const;
export type DepartmentId = (typeof departmentIds)[number];

/** Who listens where. All on 127.0.0.1. */
export interface Plan {
  readonly gateway: number;
  readonly ledger: number;
  readonly adapters: Readonly<Record<DepartmentId, number>>;
  readonly postgres: number;
}

export function planFrom(base: number): Plan {
  return {
    gateway: base,
    ledger: base + 1,
    adapters: {
      population: base + 11,
      'social-security': base + 12,
      'real-estate': base + 13,
      transport: base + 14,
    },
    postgres: base + PORT_SPAN,
  };
}

/** The ports of the services, each with its name. PostgreSQL's is its own matter: a running one may be taken over. */
export function servicePorts(plan: Plan): readonly (readonly [name: string, port: number])[] {
  const adapters = departmentIds.map((id) => [`adapter-${id}`, plan.adapters[id]] as const);
  return [['gateway', plan.gateway], ['ledger', plan.ledger], ...adapters];
}

export function urlOf(port: number): string {
  return `http://127.0.0.1:${String(port)}`;
}

/** Where services are reached, without a slash at the end. */
export interface Addresses {
  readonly gateway: string;
  readonly ledger: string;
  readonly adapters: Readonly<Record<DepartmentId, string>>;
}

export function addressesOf(plan: Plan): Addresses {
  const adapters = departmentIds.map((id) => [id, urlOf(plan.adapters[id])] as const);
  return {
    gateway: urlOf(plan.gateway),
    ledger: urlOf(plan.ledger),
    adapters: Object.fromEntries(adapters) as Record<DepartmentId, string>,
  };
}
