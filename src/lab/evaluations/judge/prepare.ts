/**
 * What a toolchain needs once for each of its versions, in the lab home's cache: a folder that its
 * builds share, and what its `prepare` command made. It can be deleted at any time.
 */
import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { Toolchain } from '@shared/toolchain';
import type { LabContext } from '../../context';
import { sha256 } from '../../models/canonical-json';
import type { Boxes } from '../sandbox/box';
import { type Captured, runConfined } from '../sandbox/run-confined';
import type { Sandbox, SharedFolder } from '../sandbox/sandbox';
import type { FoundToolchain } from '../toolchains/find-toolchain';
import { argvOf, builderLimits } from './programs';

export interface Prepared {
  /** A folder that builds share and no judged program sees; null without builds. */
  readonly cache: string | null;
  /** What `prepare` made; null without it. */
  readonly prepared: string | null;
}

/** Compiling a whole standard library takes minutes where it does not come compiled. */
const prepareSeconds = 900;

/** @throws LabError when the toolchain's own command fails */
export async function prepare(
  { home }: Pick<LabContext, 'home'>,
  toolchain: FoundToolchain,
  sandbox: Sandbox,
  boxes: Boxes,
): Promise<Prepared> {
  const { definition } = toolchain;
  const compiles = definition.build !== undefined || definition.tests?.kind === 'harness';
  if (!compiles && definition.prepare.length === 0) return { cache: null, prepared: null };
  const folder = join(home.cache, await nameOf(toolchain));
  if (!(await isFolder(folder))) {
    const fresh = `${folder}.${randomUUID()}`;
    try {
      for (const name of ['cache', 'prepared']) {
        await mkdir(join(fresh, name), { recursive: true });
        await chmod(join(fresh, name), 0o777);
      }
      await runPrepare(toolchain, sandbox, boxes, fresh);
      // Another lab may have been quicker; then its folder stays.
      await rename(fresh, folder).catch(async (error: unknown) => {
        if (!(await isFolder(folder))) throw error;
      });
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  }
  return {
    cache: compiles ? join(folder, 'cache') : null,
    prepared: definition.prepare.length === 0 ? null : join(folder, 'prepared'),
  };
}

/** Another one for each version, and for each change of what is prepared or of its drivers. */
async function nameOf({ definition, version, drivers }: FoundToolchain): Promise<string> {
  const { name, prepare: commands } = definition;
  const folder = join(drivers, name);
  const files = commands.length === 0 ? [] : await readdir(folder).catch(() => []);
  const texts = files.filter((file) => /\.\w+$/.test(file)).sort();
  const contents = await Promise.all(texts.map((file) => readFile(join(folder, file), 'utf8')));
  const identity = JSON.stringify([version, commands, contents]);
  return `${name}-${sha256(identity).slice(0, 12)}`;
}

async function runPrepare(
  toolchain: FoundToolchain,
  sandbox: Sandbox,
  boxes: Boxes,
  folder: string,
): Promise<void> {
  const { definition, readable, environment, drivers } = toolchain;
  const folders = (['cache', 'prepared'] as const).map(
    (name): SharedFolder => ({ name, path: join(folder, name), writable: true }),
  );
  for (const command of definition.prepare) {
    const program = {
      argv: argvOf(toolchain, command),
      readable: [...readable, drivers],
      environment: { ...definition.environment, ...environment },
      limits: { ...builderLimits(definition), timeoutSeconds: prepareSeconds },
      folders,
    };
    const captured = await boxes.use({}, (box) => runConfined(sandbox, program, box));
    if (captured.ending !== 'exited' || captured.exitCode !== 0)
      throw unprepared(definition, captured);
  }
}

function unprepared({ title }: Toolchain, captured: Captured): LabError {
  return new LabError({
    code: 'unavailable',
    what: `${title} cannot be made ready for judging.`,
    why: captured.stderr.trim().slice(0, 500) || `A command of it ended: ${captured.ending}.`,
    fix: 'Correct the installation, then try again; lab doctor shows what was found.',
  });
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
