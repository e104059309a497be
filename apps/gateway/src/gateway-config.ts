import { z } from 'zod';
import { DECISION_LIFETIME } from '#exchange/tokens.js';
import { serviceOf, serviceVariables } from '#platform/config/service-variables.js';
import { httpUrl } from '#platform/config/urls.js';
import { commaList, count, milliseconds } from '#platform/config/variables.js';
import { subjectSecretVariable } from '#platform/erasure/subject-secret.js';
import { checkTransport, transportOf, transportVariables } from '#platform/transport/transport-variables.js';

const LOOPBACK: ReadonlySet<string> = new Set(['127.0.0.1', '::1', 'localhost']);
interface DocsVariables {
  readonly HOST: string;
  readonly DOCS_KEY_FILE?: string | undefined;
  readonly DOCS_OPERATOR_KEY_FILE?: string | undefined;
}

const variables = z
  .object({
    ...serviceVariables({ port: 8800, poolSize: 8 }),
    ...transportVariables,
    LEDGER_URL: httpUrl,
    SUBJECT_SECRET: subjectSecretVariable,
    /** The private key that decisions are signed with: a JWK, or PKCS#8 in PEM. */
    GATEWAY_KEY_FILE: z.string().min(1),
    /** The public keys of those who may administer: a JWK set. */
    OPERATOR_KEYS_FILE: z.string().min(1),
    /**
     * For a demonstration only, and on a loopback HOST only: a private key of a system (a JWK). The documentation's page
     * gives it to everyone who opens it, and signs with it what they try out.
     */
    DOCS_KEY_FILE: z.string().min(1).optional(),
    /** As DOCS_KEY_FILE, and only beside it: an operator's private key, for what is under /v1/admin. */
    DOCS_OPERATOR_KEY_FILE: z.string().min(1).optional(),
    /** The names, with any port, under which callers reach this gateway: their signatures cover one of them. */
    PUBLIC_AUTHORITIES: commaList(/^[a-z0-9.:[\]-]+$/, 'host or host:port in lower case'),
    /** What adapters know this gateway by: the `iss` of its decisions. */
    ISSUER: z.string().min(1).max(200).default('gateway'),
    DECISION_LIFETIME_SECONDS: count(30, DECISION_LIFETIME),
    ADAPTER_CONNECTIONS: count(64, 10_000),
    ADAPTER_CONNECT_TIMEOUT_MS: milliseconds(2000),
    ADAPTER_TIMEOUT_MS: milliseconds(10_000),
    ADAPTER_MAX_ANSWER_BYTES: count(16 * 1024 * 1024, 1024 * 1024 * 1024),
    LEDGER_TIMEOUT_MS: milliseconds(3000),
    /** Within which time the log promises to have an entry. Longer, and the gateway says that it is not ready. */
    MERGE_DELAY_MS: milliseconds(60_000),
    /** How many refused requests of one key are recorded at once, and how many a second in the long run. */
    FAILURE_BURST: count(100, 1_000_000),
    FAILURES_PER_SECOND: count(1, 1_000_000),
  })
  .superRefine(checkTransport)
  .superRefine(checkDocsKeys);

/** What gives private keys away may do so on the machine that it runs on, and to nobody else. */
function checkDocsKeys(one: DocsVariables, context: z.RefinementCtx<DocsVariables>): void {
  const refuse = (path: keyof DocsVariables, message: string) => {
    context.addIssue({ code: 'custom', path: [path], message });
  };
  if (one.DOCS_KEY_FILE === undefined) {
    if (one.DOCS_OPERATOR_KEY_FILE !== undefined) refuse('DOCS_OPERATOR_KEY_FILE', 'only beside DOCS_KEY_FILE');
  } else if (!LOOPBACK.has(one.HOST)) refuse('DOCS_KEY_FILE', 'only where HOST is 127.0.0.1, ::1 or localhost');
}

/** Times in milliseconds unless they say otherwise. */
export const gatewayConfig = variables.transform((one) => ({
  ...serviceOf(one),
  transport: transportOf(one, { clientId: 'gateway' }),
  ledger: { url: one.LEDGER_URL, timeout: one.LEDGER_TIMEOUT_MS },
  gatewayKeyFile: one.GATEWAY_KEY_FILE,
  subjectSecret: one.SUBJECT_SECRET,
  operatorKeysFile: one.OPERATOR_KEYS_FILE,
  docsKeyFile: one.DOCS_KEY_FILE,
  docsOperatorKeyFile: one.DOCS_OPERATOR_KEY_FILE,
  authorities: new Set(one.PUBLIC_AUTHORITIES),
  issuer: one.ISSUER,
  /** Seconds. */
  decisionLifetime: one.DECISION_LIFETIME_SECONDS,
  adapter: {
    connections: one.ADAPTER_CONNECTIONS,
    connectTimeout: one.ADAPTER_CONNECT_TIMEOUT_MS,
    timeout: one.ADAPTER_TIMEOUT_MS,
    /** Bytes. */
    maxAnswer: one.ADAPTER_MAX_ANSWER_BYTES,
  },
  mergeDelay: one.MERGE_DELAY_MS,
  failures: { burst: one.FAILURE_BURST, perSecond: one.FAILURES_PER_SECOND },
}));
export type GatewayConfig = z.output<typeof gatewayConfig>;
