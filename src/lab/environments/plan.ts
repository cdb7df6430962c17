/** What an installation would bring, asked of the package index or, failing that, of the record. */
import { readdir } from 'node:fs/promises';
import type { EnvironmentPlan } from '@shared/environment';
import type { EnvironmentName } from '@shared/environment-name';
import { LabError } from '@shared/errors';
import { execa } from 'execa';
import { z } from 'zod';
import type { LabContext } from '../context';
import { diskFree } from '../devices/load';
import { environmentKinds, isSupported } from './catalogue';
import { findInterpreter } from './find-python';
import { installOrder } from './install-order';
import type { InstallOrder } from './installer';
import { normalized, readPins, recordedSizes } from './lock-file';

/** An index that has not said by then is slower than the record is wrong. */
const answerSeconds = 90;
/** Wheels of compiled libraries unpack to about this many times their size. */
const unpacked = 3;

const answerSchema = z.object({
  source: z.string().nullable(),
  packages: z.array(
    z.object({ name: z.string(), version: z.string(), bytes: z.number().nullable() }),
  ),
});
type Answer = z.infer<typeof answerSchema>;

/** @throws LabError when there is no such environment for this system, no Python, or an old driver */
export async function planInstallation(
  context: Pick<LabContext, 'places'>,
  name: EnvironmentName,
  signal: AbortSignal,
): Promise<EnvironmentPlan> {
  if (!isSupported(name)) throw unsupported(name);
  const order = await installOrder(context, name);
  const interpreter = await findInterpreter(order.uv);
  const asked = await askIndex(context, interpreter.file, order, signal);
  const recorded = recordedSizes(context, name);
  const packages = asked?.packages ?? recordedPackages(context, name);
  const downloadBytes = asked === null ? recorded.downloadBytes : sum(asked.packages);
  return {
    name,
    source: asked?.source ?? order.sources[0]?.title ?? "pip's default index",
    installer: order.uv === null ? 'pip' : 'uv',
    python: `${interpreter.file} (${interpreter.version})`,
    packages,
    downloadBytes,
    diskBytes: recorded.diskBytes ?? (downloadBytes === null ? null : downloadBytes * unpacked),
    diskFreeBytes: await freeFor(context),
    basis: asked === null ? 'record' : 'index',
  };
}

/** Bytes free where environments lie, also before the first one does. */
async function freeFor(context: Pick<LabContext, 'places'>): Promise<number> {
  const { environments, python } = context.places;
  const exists = await readdir(environments).then(
    () => true,
    () => false,
  );
  return diskFree(exists ? environments : python);
}

/**
 * @throws LabError when the disk cannot take what `plan` would bring; nothing when that is unknown
 */
export function refuseWithoutRoom(plan: EnvironmentPlan): void {
  const needed = (plan.diskBytes ?? 0) + (plan.downloadBytes ?? 0);
  if (needed <= plan.diskFreeBytes) return;
  throw new LabError({
    code: 'refused',
    what: `There is too little disk for the Python environment ${plan.name}.`,
    why: `Installing it needs ${gigabytes(needed)}; ${gigabytes(plan.diskFreeBytes)} are free.`,
    fix: 'Make room, or choose another disk with LORABENCH_ENVIRONMENTS.',
  });
}

/** The plan without asking anybody, for a quick look before an installation is queued. */
export async function recordedPlan(
  context: Pick<LabContext, 'places'>,
  name: EnvironmentName,
): Promise<EnvironmentPlan> {
  const { downloadBytes, diskBytes } = recordedSizes(context, name);
  return {
    name,
    source: '',
    installer: 'pip',
    python: '',
    packages: recordedPackages(context, name),
    downloadBytes,
    diskBytes,
    diskFreeBytes: await freeFor(context),
    basis: 'record',
  };
}

export function unsupported(name: EnvironmentName): LabError {
  return new LabError({
    code: 'refused',
    what: `The Python environment ${name} cannot exist on this machine.`,
    why: environmentKinds[name].elsewhere,
    fix: 'npm run -s lab -- environments shows which ones can.',
  });
}

async function askIndex(
  context: Pick<LabContext, 'places'>,
  python: string,
  order: InstallOrder,
  signal: AbortSignal,
): Promise<Answer | null> {
  const { exitCode, stdout } = await execa(python, ['-m', 'lorabench.plan_environment'], {
    cwd: context.places.python,
    input: `${JSON.stringify(order)}\n`,
    reject: false,
    timeout: answerSeconds * 1000,
    cancelSignal: signal,
    env: { PYTHONDONTWRITEBYTECODE: '1' },
  });
  if (exitCode !== 0) return null;
  try {
    return answerSchema.parse(JSON.parse(stdout));
  } catch {
    return null;
  }
}

function recordedPackages(
  context: Pick<LabContext, 'places'>,
  name: EnvironmentName,
): EnvironmentPlan['packages'] {
  const sizes = new Map(
    Object.entries(recordedSizes(context, name).packages).map(([key, bytes]) => [
      normalized(key),
      bytes,
    ]),
  );
  return readPins(context, name).map((pin) => ({ ...pin, bytes: sizes.get(pin.name) ?? null }));
}

/** null unless every size is known: a part would be taken for the whole. */
function sum(packages: Answer['packages']): number | null {
  return packages.every(({ bytes }) => bytes !== null)
    ? packages.reduce((total, { bytes }) => total + (bytes ?? 0), 0)
    : null;
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}
