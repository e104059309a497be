import { z } from 'zod';

/**
 * Names are ASCII on purpose: no homoglyphs, no zero-width characters, no normal forms to argue about. Titles for
 * people carry Chinese and English beside them.
 */
const name = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const NAME_LENGTH = 63;

export const departmentId = z.string().max(NAME_LENGTH).regex(name, 'lower-case letters, digits and single hyphens');

/** `department/name`: the department that a resource or a system belongs to is part of what it is called. */
const qualified = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*\/[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
export const resourceId = z
  .string()
  .max(2 * NAME_LENGTH + 1)
  .regex(qualified, 'department/resource');
export const systemId = z
  .string()
  .max(2 * NAME_LENGTH + 1)
  .regex(qualified, 'department/system');
export const agreementId = z.string().max(NAME_LENGTH).regex(name, 'lower-case letters, digits and single hyphens');

export const fieldName = z
  .string()
  .max(NAME_LENGTH)
  .regex(/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/, 'lower-case letters, digits and single underscores');

/** A purpose code: a term of W3C DPV 2.1 (`dpv:ServiceProvision`) or of the deployment's own extension. */
export const purposeCode = z
  .string()
  .max(128)
  .regex(/^[a-z][a-z0-9-]*:[A-Za-z][A-Za-z0-9]*$/, 'vocabulary:Term');

/** The department that a resource or system belongs to. */
export function departmentOf(qualifiedName: string): string {
  return qualifiedName.slice(0, qualifiedName.indexOf('/'));
}

/** Text that every layer below can carry: no NUL (PostgreSQL refuses it), no lone surrogate (UTF-8 cannot hold it). */
export function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0');
}

const words = z.string().min(1).max(200).refine(isStorable, 'must be well-formed text without NUL');

/** What people read, in both languages. */
export const title = z.strictObject({ zh: words, en: words });
export type Title = z.infer<typeof title>;
