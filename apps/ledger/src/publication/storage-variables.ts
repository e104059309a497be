import { z } from 'zod';

export interface FilePlace {
  readonly kind: 'files';
  readonly folder: string;
}

export interface S3Place {
  readonly kind: 's3';
  readonly bucket: string;
  /** Without slashes at its ends; empty for the whole bucket. */
  readonly prefix: string;
  /** Undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** Undefined where the SDK is to find it, as it finds the credentials: in its own variables, profile or instance. */
  readonly region: string | undefined;
  /** The bucket stands in the path, not in the host's name. */
  readonly pathStyle: boolean;
}

export type StoragePlace = FilePlace | S3Place;

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])((?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)\/?$/;
const place = z.string().refine((text) => /^file:./.test(text) || S3.test(text), 'file:FOLDER or s3://BUCKET[/PREFIX]');

/** Where a ledger keeps what it publishes. */
export const storageVariables = {
  /** Tiles and checkpoints, and signed heads unless HEADS is set: a folder for each log, under the path of its origin. */
  TILES: place,
  /** The signed heads, where they are to lie apart from what readers see. */
  HEADS: place.optional(),
  /** Of another S3 than AWS's. */
  S3_ENDPOINT: z.url({ protocol: /^https?$/ }).optional(),
  S3_REGION: z.string().min(1).optional(),
  S3_PATH_STYLE: z.stringbool().optional(),
};

type StorageVariables = z.output<z.ZodObject<typeof storageVariables>>;

export interface Storage {
  readonly tiles: StoragePlace;
  /** Undefined where they lie beside the tiles. */
  readonly heads: StoragePlace | undefined;
}

/** Other servers than AWS mostly have no region, but a request must be signed for one; and no host name for a bucket. */
export function storageOf(one: StorageVariables): Storage {
  const isOther = one.S3_ENDPOINT !== undefined;
  const placeAt = (text: string): StoragePlace => {
    const [, bucket, prefix = ''] = S3.exec(text) ?? [];
    if (bucket === undefined) return { kind: 'files', folder: text.slice('file:'.length) };
    return {
      kind: 's3',
      bucket,
      prefix: prefix.slice(1),
      endpoint: one.S3_ENDPOINT,
      region: one.S3_REGION ?? (isOther ? 'us-east-1' : undefined),
      pathStyle: one.S3_PATH_STYLE ?? isOther,
    };
  };
  return { tiles: placeAt(one.TILES), heads: one.HEADS === undefined ? undefined : placeAt(one.HEADS) };
}
