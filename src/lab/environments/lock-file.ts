/** The locks that environments are made from, and the sizes that are recorded beside them. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '@shared/environment-name';
import { z } from 'zod';
import type { LabContext } from '../context';

type Places = Pick<LabContext, 'places'>;

export interface Pin {
  readonly name: string;
  readonly version: string;
}

/** Also of `dev`, which the tests add to an environment. */
export function lockPath(context: Places, name: string): string {
  return join(context.places.python, 'requirements', `${name}.txt`);
}

export function hasLock(context: Places, name: string): boolean {
  return /^[a-z][a-z0-9-]*$/.test(name) && existsSync(lockPath(context, name));
}

/** As scripts/set-up/stamp.mjs hashes it: both write and read the same stamps. */
export function lockHash(context: Places, name: string): string {
  const content = readFileSync(lockPath(context, name));
  return createHash('sha256')
    .update(`python/requirements/${name}.txt\0${content.length}\0`)
    .update(content)
    .digest('hex');
}

const pinPattern = /^([\w.-]+)==([^\s;#]+)\s*(?:;\s*platform_system\s*==\s*"(\w+)")?/;
const systemName = { linux: 'Linux', darwin: 'Darwin', win32: 'Windows' };

/** The packages that belong on this machine; names as PEP 503 compares them. */
export function readPins(context: Places, name: string): Pin[] {
  const here = Object.entries(systemName).find(([key]) => key === process.platform)?.[1];
  return readFileSync(lockPath(context, name), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [, package_, version, system] = pinPattern.exec(line.trim()) ?? [];
      if (package_ === undefined || version === undefined) return [];
      if (system !== undefined && system !== here) return [];
      return [{ name: normalized(package_), version }];
    });
}

export function normalized(name: string): string {
  return name.replace(/[-_.]+/g, '-').toLowerCase();
}

const sizesSchema = z.object({
  environments: z.record(
    z.string(),
    z.record(
      z.string(),
      z.object({
        downloadBytes: z.number().nullable(),
        diskBytes: z.number().nullable(),
        packages: z.record(z.string(), z.number().nullable()),
      }),
    ),
  ),
});
export type RecordedSizes = z.infer<typeof sizesSchema>['environments'][string][string];

const nothingRecorded: RecordedSizes = { downloadBytes: null, diskBytes: null, packages: {} };

/** Sizes by the lock's record for this system; all null where none was made. */
export function recordedSizes(
  context: Places,
  name: EnvironmentName,
  system = `${process.platform}-${process.arch}`,
): RecordedSizes {
  try {
    const text = readFileSync(join(context.places.python, 'requirements', 'sizes.json'), 'utf8');
    return sizesSchema.parse(JSON.parse(text)).environments[name]?.[system] ?? nothingRecorded;
  } catch {
    return nothingRecorded;
  }
}
