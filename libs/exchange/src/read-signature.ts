import { algorithms, type Algorithm } from './keys.js';
import { algorithmNames, components, SIGNATURE_LABEL, type Component } from './signature-profile.js';
import { malformed, refuse, type SignatureRefusal } from './signature-refusal.js';

export interface ReadSignature {
  readonly ok: true;
  /** In the order in which they were signed. */
  readonly components: readonly Component[];
  /** The value of `@signature-params`. */
  readonly signatureParams: string;
  /** Seconds. */
  readonly created: number;
  readonly nonce: string;
  readonly keyid: string;
  readonly alg: Algorithm | undefined;
  readonly signature: Buffer;
}

/**
 * The fields as RFC 9651 serialises them, of the types that the profile uses. A parser of structured fields forgives white
 * space and keeps the last of two equal names, so that two verifiers could read one header two ways; these do not.
 */
const inputForm = /^sluice=\((|"[a-z@-]+"(?: "[a-z@-]+")*)\)((?:;[a-z]+=(?:"[ -!#-:<-[\]-~]*"|\d+))*)$/;
const signatureForm = /^sluice=:([A-Za-z0-9+/]{86}==):$/;

/** Each parameter of the profile: its form, and what to tell a caller whose own has another. */
const parameterForms: ReadonlyMap<string, { readonly form: RegExp; readonly rule: string }> = new Map([
  ['created', { form: /^(0|[1-9]\d{0,14})$/, rule: 'created must be a whole number of seconds' }],
  // Enough for 96 random bits, and nothing that would need escaping anywhere.
  ['nonce', { form: /^"([A-Za-z0-9_-]{16,64})"$/, rule: 'nonce must be 16 to 64 of A-Z a-z 0-9 - _' }],
  ['keyid', { form: /^"([A-Za-z0-9_-]{43})"$/, rule: "keyid must be the key's RFC 7638 thumbprint" }],
  ['tag', { form: /^"(sluice)"$/, rule: 'the tag must be "sluice"' }],
  ['alg', { form: /^"([a-z0-9-]+)"$/, rule: 'alg must be a name from the registry of RFC 9421' }],
]);

/** Reads `Signature-Input` and `Signature`. Whether key, time and request fit them is for the verifier to say. */
export function readSignature(signatureInput: string, signature: string): ReadSignature | SignatureRefusal {
  const [, list, parameters] = inputForm.exec(signatureInput) ?? [];
  const bytes = readBytes(signature);
  if (list === undefined || parameters === undefined || bytes === undefined) {
    return malformed('expected one signature named `sluice`, its fields in canonical form');
  }
  const covered = list === '' ? [] : list.split(' ').map(asComponent);
  if (!covered.every((one) => one !== undefined)) return malformed('a component is not one of the profile');
  if (new Set(covered).size < covered.length) return malformed('a component is covered twice');
  const read = readParameters(parameters);
  if (!read.ok) return read;
  const signatureParams = signatureInput.slice(SIGNATURE_LABEL.length + 1);
  return { ...read, components: covered, signatureParams, signature: bytes };
}

type ReadParameters = Pick<ReadSignature, 'ok' | 'created' | 'nonce' | 'keyid' | 'alg'>;

function readParameters(text: string): ReadParameters | SignatureRefusal {
  const given = new Map<string, string>();
  // No value holds a semicolon: inputForm has seen to it.
  for (const one of text.split(';').slice(1)) {
    const at = one.indexOf('=');
    const name = one.slice(0, at);
    const known = parameterForms.get(name);
    if (known === undefined || given.has(name))
      return malformed('a parameter is there twice, or is not of the profile');
    const [, value] = known.form.exec(one.slice(at + 1)) ?? [];
    if (value === undefined) return malformed(known.rule);
    given.set(name, value);
  }
  const [created, nonce, keyid] = [given.get('created'), given.get('nonce'), given.get('keyid')];
  if (created === undefined || nonce === undefined || keyid === undefined || !given.has('tag')) {
    return refuse('SIGNATURE_INCOMPLETE', 'created, nonce, keyid and tag are required');
  }
  const alg = algorithms.find((one) => algorithmNames[one] === given.get('alg'));
  if (alg === undefined && given.has('alg')) return refuse('SIGNATURE_INVALID', 'the algorithm is not known');
  return { ok: true, created: Number(created), nonce, keyid, alg };
}

function readBytes(header: string): Buffer | undefined {
  const [, text] = signatureForm.exec(header) ?? [];
  if (text === undefined) return undefined;
  const bytes = Buffer.from(text, 'base64');
  return bytes.toString('base64') === text ? bytes : undefined;
}

function asComponent(quoted: string): Component | undefined {
  return components.find((one) => quoted === `"${one}"`);
}
