/** How the command tells that something went wrong: three sentences, or one JSON document. */
import { ORPCError } from '@orpc/client';
import { exitCodeOf, LabError, type LabErrorValue, labErrorValueSchema } from '@shared/errors';
import { red } from './text/style';

/** Ctrl-C while following; the work itself goes on. */
export class Interrupted extends LabError {}

export const interruptedExitCode = 130;

/** The expected failure inside whatever was thrown, or null: a bug. */
export function labErrorOf(error: unknown): LabErrorValue | null {
  if (error instanceof LabError) return error.toValue();
  if (error instanceof ORPCError) {
    const parsed = labErrorValueSchema.safeParse(error.data);
    if (parsed.success) return parsed.data;
    if (error.code === 'BAD_REQUEST') return badInput(error);
  }
  return null;
}

/** Input that the contract's schemas refuse, with the schema's own words. */
function badInput(error: { readonly data: unknown }): LabErrorValue {
  return {
    code: 'bad_input',
    what: 'The input was not understood.',
    why: issuesOf(error.data).join('; ') || 'It does not fit what is expected here.',
    fix: 'Run the command with --help to see what it takes.',
    details: [],
  };
}

function issuesOf(data: unknown): string[] {
  if (typeof data !== 'object' || data === null || !('issues' in data)) return [];
  if (!Array.isArray(data.issues)) return [];
  return data.issues.map((issue: unknown) => {
    if (typeof issue !== 'object' || issue === null || !('message' in issue)) return String(issue);
    const path = 'path' in issue && Array.isArray(issue.path) ? issue.path.join('.') : '';
    return path === '' ? String(issue.message) : `${path}: ${String(issue.message)}`;
  });
}

/** Writes the failure and returns the exit code that belongs to it. */
export function reportFailure(error: unknown, json: boolean): number {
  const value = labErrorOf(error) ?? bugValue(error);
  if (json) {
    process.stdout.write(`${JSON.stringify({ error: value }, null, 2)}\n`);
  } else {
    const mark = error instanceof Interrupted ? '' : `${red('✗')} `;
    const lines = [
      `${mark}${value.what}`,
      value.why,
      ...value.details.map((d) => `  ${d}`),
      value.fix,
    ];
    process.stderr.write(`${lines.filter((line) => line !== '').join('\n')}\n`);
  }
  return error instanceof Interrupted ? interruptedExitCode : exitCodeOf[value.code];
}

function bugValue(error: unknown): LabErrorValue {
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return {
    code: 'failed',
    what: 'Something unexpected went wrong.',
    why: error instanceof Error ? error.message : String(error),
    fix: 'This is a fault of Lorabench. logs/lab.log in the lab home has more.',
    details: stack.split('\n').slice(1, 8),
  };
}

/** What commander says, without its "error: ". */
export function usageError(message: string): LabError {
  const sentence = message.replace(/^error: /, '').split('\n');
  return new LabError({
    code: 'bad_input',
    what: 'The command was not understood.',
    why: sentence.join(' '),
    fix: 'Run "lab --help", or the verb with --help.',
  });
}
