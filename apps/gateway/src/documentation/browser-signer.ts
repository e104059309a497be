import { privateJwk, type SigningKey } from '#exchange/keys.js';

/**
 * A script for the documentation's page: signs what a reader tries out, by the same profile as every caller. It holds the
 * keys, and so gives them to everyone who can open the page. Without an operator's, administration is signed by `asker`.
 */
export function browserSigner(asker: SigningKey, operator: SigningKey = asker): string {
  // `<` would let a value end the script's element.
  const settings = JSON.stringify([asker, operator].map((key) => ({ jwk: privateJwk(key), kid: key.kid }))).replaceAll(
    '<',
    '\\u003c',
  );
  return `(() => {
  const algorithmOf = (jwk) => jwk.crv === 'Ed25519' ? { name: 'Ed25519' } : { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
  const text = new TextEncoder();
  const base64 = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes)));
  const [asker, operator] = ${settings}.map(({ jwk: { kty, crv, x, y, d }, kid }) => {
    const algorithm = algorithmOf({ crv });
    return { kid, algorithm, importing: crypto.subtle.importKey('jwk', { kty, crv, x, y, d }, algorithm, false, ['sign']) };
  });

  globalThis.interceptRequest = async (request) => {
    const url = new URL(request.url, location.href);
    if (url.origin !== location.origin || !url.pathname.startsWith('/v1/')) return request;
    const { kid, algorithm, importing } = url.pathname.startsWith('/v1/admin/') ? operator : asker;
    const lines = [['@method', (request.method || 'GET').toUpperCase()], ['@authority', url.host], ['@path', url.pathname]];
    if (url.search !== '') lines.push(['@query', url.search]);
    const headers = { ...request.headers };
    if (request.body) {
      const digest = 'sha-256=:' + base64(await crypto.subtle.digest('SHA-256', text.encode(request.body))) + ':';
      headers['Content-Digest'] = digest;
      lines.push(['content-digest', digest]);
    }
    const created = Math.floor(Date.now() / 1000);
    const nonce = crypto.randomUUID();
    const covered = lines.map(([name]) => '"' + name + '"').join(' ');
    const params = '(' + covered + ');created=' + created + ';nonce="' + nonce + '";keyid="' + kid + '";tag="sluice"';
    const base = [...lines, ['@signature-params', params]].map(([name, value]) => '"' + name + '": ' + value).join('\\n');
    headers['Signature-Input'] = 'sluice=' + params;
    headers.Signature = 'sluice=:' + base64(await crypto.subtle.sign(algorithm, await importing, text.encode(base))) + ':';
    return { ...request, headers };
  };
})();`;
}
