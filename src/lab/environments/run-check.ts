/** Runs python/lorabench/check_environment.py in an environment and reads what it found. */
import type { DoctorCheck } from '@shared/machine';
import { execa } from 'execa';
import { z } from 'zod';
import type { LabContext } from '../context';
import { environmentKinds } from './catalogue';
import { writeCheckRecord } from './check-record';
import { lockHash } from './lock-file';
import { installCommand, type PythonEnvironment } from './python';

const lineSchema = z.union([
  z.object({ begin: z.string() }),
  z.object({
    name: z.string(),
    status: z.enum(['ok', 'problem', 'note']),
    found: z.string(),
    fix: z.string().nullable(),
  }),
]);

/** A card's first use compiles kernels; a driver that hangs answers never. */
const defaultSeconds = 120;

export interface CheckOptions {
  readonly seconds?: number;
  readonly signal?: AbortSignal;
}

/**
 * Checks the packages and then each device (`cpu`, `cuda:0`, `rocm:0`, `mlx`). A crash or a hang
 * becomes a check of its own, named after what was being done.
 */
export async function runCheck(
  context: Pick<LabContext, 'places'>,
  environment: PythonEnvironment,
  devices: readonly string[],
  { seconds = defaultSeconds, signal }: CheckOptions = {},
): Promise<DoctorCheck[]> {
  const { backend } = environmentKinds[environment.name];
  const result = await execa(
    environment.python,
    ['-m', 'lorabench.check_environment', backend, ...devices],
    {
      cwd: context.places.python,
      reject: false,
      stdin: 'ignore',
      timeout: seconds * 1000,
      forceKillAfterDelay: 2000,
      ...(signal === undefined ? {} : { cancelSignal: signal }),
      env: {
        PYTHONDONTWRITEBYTECODE: '1',
        HF_HUB_OFFLINE: '1',
        TOKENIZERS_PARALLELISM: 'false',
        OMP_WAIT_POLICY: 'PASSIVE',
      },
    },
  );
  const { checks, unanswered } = readLines(String(result.stdout ?? ''));
  if (unanswered !== null || checks.length === 0) {
    checks.push({
      name: unanswered ?? 'packages',
      status: 'problem',
      found: endOf(result, seconds),
      fix: null,
    });
  }
  const mended = checks.map((check) => ({
    ...check,
    fix:
      check.status === 'problem' && check.name === 'packages'
        ? installCommand(environment.name, true)
        : (check.fix?.replace('NAME', environment.name) ?? null),
  }));
  await writeCheckRecord(environment.folder, lockHash(context, environment.name), mended);
  return mended;
}

/** `unanswered`: a check that was begun and never told its result. */
export function readLines(output: string): {
  readonly checks: DoctorCheck[];
  readonly unanswered: string | null;
} {
  const checks: DoctorCheck[] = [];
  let unanswered: string | null = null;
  for (const line of output.split('\n')) {
    const parsed = parse(line);
    if (parsed === null) continue;
    if ('begin' in parsed) unanswered = parsed.begin;
    else {
      checks.push(parsed);
      unanswered = null;
    }
  }
  return { checks, unanswered };
}

function parse(line: string): z.infer<typeof lineSchema> | null {
  if (!line.startsWith('{')) return null;
  try {
    return lineSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

interface ProcessEnd {
  readonly timedOut: boolean;
  readonly signal?: string | undefined;
  readonly exitCode?: number | undefined;
  readonly stderr?: unknown;
}

function endOf(end: ProcessEnd, seconds: number): string {
  if (end.timedOut) return `did not answer within ${seconds} s: the device or its driver hangs`;
  if (end.signal !== undefined) return `crashed (${end.signal})`;
  const last = String(end.stderr ?? '')
    .trim()
    .split('\n')
    .at(-1);
  return last || `ended with exit code ${end.exitCode ?? 'unknown'}`;
}
