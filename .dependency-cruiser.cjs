/** The import rule of docs/architecture.md, enforced. */
const pure = '^libs/(policy|privacy|merkle|events|exchange|reconcile)/';

/** Which libs a lib may import: only where it must. */
const mayImport = {
  policy: ['exchange', 'privacy'],
  privacy: [],
  merkle: [],
  events: ['privacy', 'exchange'],
  exchange: ['privacy'],
  reconcile: ['events'],
  platform: ['events', 'exchange', 'privacy', 'merkle'],
  client: ['exchange', 'merkle', 'events', 'policy', 'reconcile'],
  embedded: [],
};

module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'apps-never-import-apps',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    {
      name: 'libs-never-import-apps',
      severity: 'error',
      from: { path: '^libs/', pathNot: '\\.spec\\.ts$' },
      to: { path: '^(apps|test)/' },
    },
    {
      name: 'scripts-stand-alone',
      comment: 'They run before anything is installed or built, on whatever Node the machine has.',
      severity: 'error',
      from: { path: '^(scripts|bin)/' },
      to: { path: '^(apps|libs|test|node_modules)/' },
    },
    {
      name: 'pure-libs-stay-pure',
      comment: 'No Nest, no database, no broker, no file system, no network. Their tests may.',
      severity: 'error',
      from: { path: pure, pathNot: '(\\.spec\\.ts$|^libs/[^/]+/test/)' },
      to: {
        path: '(node_modules/(@nestjs|@duckdb|typeorm|pg|pg-boss|mysql2|kafkajs|fastify|undici|pino|prom-client|rxjs)/|^(node:)?(fs|net|tls|dgram|dns|http|https|child_process|worker_threads|process|os|timers)(/|$))',
      },
    },
    ...Object.entries(mayImport).map(([lib, others]) => ({
      name: `${lib}-imports-only-what-it-must`,
      severity: 'error',
      from: { path: `^libs/${lib}/`, pathNot: '\\.spec\\.ts$' },
      to: { path: '^libs/', pathNot: `^libs/(${[lib, ...others].join('|')})/` },
    })),
    {
      name: 'brokers-in-the-transport-only',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: '(^libs/platform/src/transport/|\\.spec\\.ts$)' },
      to: { path: 'node_modules/(kafkajs|pg-boss)/' },
    },
    {
      name: 'typeorm-in-repositories-only',
      severity: 'error',
      from: {
        path: '^(apps|libs)/',
        pathNot:
          '(\\.repository\\.ts|/migrations/.*\\.ts|libs/platform/src/(database|outbox|erasure|replay)/.*\\.ts|\\.spec\\.ts)$',
      },
      to: { path: 'node_modules/typeorm/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { conditionNames: ['source', 'import', 'node', 'default'], exportsFields: ['exports'] },
  },
};
