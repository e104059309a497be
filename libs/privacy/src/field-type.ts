/**
 * How values of a type are written in requests and answers: `integer` as a JSON number or, past 2^53, a string of digits;
 * `decimal` as a string; `date` as YYYY-MM-DD; `timestamp` as RFC 3339 with an offset, answered in UTC.
 */
export const fieldTypes = ['string', 'integer', 'decimal', 'boolean', 'date', 'timestamp'] as const;
export type FieldType = (typeof fieldTypes)[number];

/** A value as it is released. */
export type Value = string | number | boolean | null;
