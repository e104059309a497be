import { spawnSync } from 'node:child_process';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-port.js';

/** A listener that speaks TLS only and asks who is there. */
export interface SecuredListener {
  /** As Kafka writes it. */
  readonly address: string;
  readonly broker: string;
  /** PEM. Nobody trusts it who was not given it. */
  readonly ca: string;
  readonly username: string;
  readonly password: string;
  /** What the server's configuration has to say of it. */
  readonly properties: string;
  readonly dir: string;
}

const STORE_PASSWORD = 'of-a-test-only';

/** The certificate is made by the keytool of Java, and is good for two days. */
export async function securedListener(): Promise<SecuredListener> {
  const dir = await mkdtemp(join(tmpdir(), 'sluice-kafka-tls-'));
  const [port] = await freePorts(1);
  const broker = `127.0.0.1:${port}`;
  const store = join(dir, 'keystore.p12');
  const [username, password] = ['sluice', 'open sesame'];
  const where = ['-alias', 'kafka', '-keystore', store, '-storepass', STORE_PASSWORD];
  const who = ['-dname', 'CN=127.0.0.1', '-ext', 'SAN=IP:127.0.0.1', '-validity', '2'];
  keytool(['-genkeypair', '-keyalg', 'EC', '-groupname', 'secp256r1', '-storetype', 'PKCS12', ...who, ...where]);
  const login = 'org.apache.kafka.common.security.plain.PlainLoginModule required';
  return {
    address: `SECURED://${broker}`,
    broker,
    ca: keytool(['-exportcert', '-rfc', ...where]),
    username,
    password,
    properties: `sasl.enabled.mechanisms=PLAIN
listener.name.secured.plain.sasl.jaas.config=${login} user_${username}="${password}";
ssl.keystore.location=${store}
ssl.keystore.type=PKCS12
ssl.keystore.password=${STORE_PASSWORD}
ssl.key.password=${STORE_PASSWORD}`,
    dir,
  };
}

function keytool(options: string[]): string {
  const { status, stdout, stderr } = spawnSync('keytool', options, { encoding: 'utf8' });
  if (status !== 0) throw new Error(`keytool failed: ${stdout}${stderr}`);
  return stdout;
}
