import type { Config } from 'jest';

const swc: [string, Record<string, unknown>] = [
  '@swc/jest',
  {
    module: { type: 'es6' },
    jsc: {
      target: 'es2024',
      parser: { syntax: 'typescript', decorators: true },
      transform: { legacyDecorator: true, decoratorMetadata: true },
    },
  },
];

const project = {
  rootDir: import.meta.dirname,
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: { '\\.ts$': swc },
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  testEnvironmentOptions: { customExportConditions: ['source', 'node', 'node-addons'] },
  modulePathIgnorePatterns: ['<rootDir>/dist', '<rootDir>/.sluice'],
};

/** `unit` needs nothing; `db` needs the PostgreSQL that its global set-up starts; `system` starts whole processes. */
export default {
  // Only ends what hangs: a busy machine is no fault, and a hook that is given up leaves what it has started behind.
  testTimeout: 60_000,
  // Jest keeps the modules of each file of tests for as long as its process runs. A process that had taken all of them would be
  // freeing memory for longer than Jest lets it take to end, so it is followed by a fresh one. Of the heap, after a file.
  workerIdleMemoryLimit: '256MB',
  testSequencer: '<rootDir>/test/support/sequencer.mjs',
  projects: [
    {
      ...project,
      displayName: 'unit',
      testMatch: ['<rootDir>/{libs,apps,test}/**/*.spec.ts'],
      testPathIgnorePatterns: ['\\.(db|system)\\.spec\\.ts$', '/node_modules/', '/dist/'],
    },
    {
      ...project,
      displayName: 'db',
      testMatch: ['<rootDir>/{libs,apps,test}/**/*.db.spec.ts'],
      globalSetup: '<rootDir>/test/support/postgres.global-setup.ts',
      globalTeardown: '<rootDir>/test/support/postgres.global-teardown.ts',
    },
    {
      ...project,
      displayName: 'system',
      testMatch: ['<rootDir>/test/**/*.system.spec.ts'],
    },
  ],
} satisfies Config;
