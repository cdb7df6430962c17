/**
 * Errors as part of the product: every one says what happened, why, and what to do.
 * They cross the RPC boundary and the `lab --json` output as plain values (`LabErrorValue`).
 */
import { z } from 'zod';

/** Why the lab says no; decides the exit code of `lab` and the HTTP status of `lab serve`. */
export const labErrorCodeSchema = z.enum([
  'bad_input',
  'not_found',
  'refused',
  'conflict',
  'unavailable',
  'failed',
]);
export type LabErrorCode = z.infer<typeof labErrorCodeSchema>;

export const labErrorValueSchema = z
  .object({
    code: labErrorCodeSchema,
    what: z.string(),
    why: z.string(),
    fix: z.string(),
    details: z.array(z.string()),
  })
  .readonly();
export type LabErrorValue = z.infer<typeof labErrorValueSchema>;

/** An expected failure, written for the person who reads it. */
export class LabError extends Error {
  readonly code: LabErrorCode;
  readonly what: string;
  readonly why: string;
  readonly fix: string;
  /** Further lines, one fact each: bad rows with line numbers, differing keys, … */
  readonly details: readonly string[];

  constructor(value: {
    readonly code: LabErrorCode;
    readonly what: string;
    readonly why: string;
    readonly fix: string;
    readonly details?: readonly string[];
  }) {
    super(`${value.what} ${value.why} ${value.fix}`.trim());
    this.name = 'LabError';
    this.code = value.code;
    this.what = value.what;
    this.why = value.why;
    this.fix = value.fix;
    this.details = value.details ?? [];
  }

  toValue(): LabErrorValue {
    const { code, what, why, fix, details } = this;
    return { code, what, why, fix, details: [...details] };
  }
}

/** Exit codes of the `lab` command: 1 failed, 2 wrong usage or bad input, 3 refused. */
export const exitCodeOf: Readonly<Record<LabErrorCode, 1 | 2 | 3>> = {
  bad_input: 2,
  not_found: 2,
  refused: 3,
  conflict: 3,
  unavailable: 1,
  failed: 1,
};
