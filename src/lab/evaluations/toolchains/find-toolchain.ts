/** Finds the program of a toolchain on this machine and asks it for its version. */
import { access, constants, realpath } from 'node:fs/promises';
import { delimiter, dirname, isAbsolute, join } from 'node:path';
import { LabError } from '@shared/errors';
import type { Toolchain, ToolchainStatus } from '@shared/toolchain';
import { execa } from 'execa';
import type { LabContext } from '../../context';
import { loadToolchains } from './load-toolchains';
import { librariesOf } from './shared-libraries';

/** A toolchain with the program that was found for it. */
export interface FoundToolchain {
  readonly definition: Toolchain;
  /** The real executable, not a launcher or a link. */
  readonly program: string;
  /** As the program says it; part of an evaluation's key. */
  readonly version: string;
  /** What else the program needs to read when it runs confined: absolute files and folders. */
  readonly readable: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  /** Folder of the drivers that ship for hidden tests. */
  readonly drivers: string;
}

type Places = Pick<LabContext, 'home' | 'places'>;

/** Fills {program}, {file} and the like into a command of a toolchain. */
export function commandLine(
  command: readonly string[],
  values: Readonly<Record<string, string>>,
): readonly string[] {
  return command.map((part) =>
    part.replaceAll(/\{(\w+)\}/g, (whole, name: string) => values[name] ?? whole),
  );
}

/** Asking a program for its version takes a tenth of a second, and several are asked in a row. */
const rememberedMilliseconds = 10_000;
const remembered = new Map<
  string,
  { readonly at: number; readonly found: Promise<FoundToolchain> }
>();

/** @throws LabError when there is no toolchain of that name or none of its programs works */
export function findToolchain(context: Places, name: string): Promise<FoundToolchain> {
  const key = [context.places.resources, context.home.folder, process.env.PATH, name].join('\n');
  const known = remembered.get(key);
  if (known !== undefined && Date.now() - known.at < rememberedMilliseconds) return known.found;
  const found = lookForToolchain(context, name);
  remembered.set(key, { at: Date.now(), found });
  found.catch(() => remembered.delete(key));
  return found;
}

async function lookForToolchain(context: Places, name: string): Promise<FoundToolchain> {
  const toolchains = await loadToolchains(context);
  const definition = toolchains.get(name);
  if (definition === undefined) {
    throw new LabError({
      code: 'not_found',
      what: `There is no toolchain "${name}".`,
      why: `Known are: ${[...toolchains.keys()].join(', ')}.`,
      fix: 'Put a toolchain file into the lab home, folder toolchains.',
    });
  }
  const problems: string[] = [];
  for (const candidate of definition.programs) {
    const found = await tryProgram(context, definition, candidate);
    if (typeof found !== 'string') return found;
    problems.push(found);
  }
  throw new LabError({
    code: 'unavailable',
    what: `The toolchain "${name}" has no program on this machine.`,
    why: problems.join(' '),
    fix: `Install ${definition.title} so that ${definition.programs[0] ?? name} is on the PATH.`,
  });
}

/** Every toolchain with what was found for it, for `lab doctor`. */
export async function toolchainStatuses(context: Places): Promise<readonly ToolchainStatus[]> {
  const toolchains = await loadToolchains(context);
  return Promise.all(
    [...toolchains.values()].map(async ({ name, title }) => {
      try {
        const { program, version } = await findToolchain(context, name);
        return { name, title, program, version, problem: null, fix: null };
      } catch (error) {
        if (!(error instanceof LabError)) throw error;
        return { name, title, program: null, version: null, problem: error.why, fix: error.fix };
      }
    }),
  );
}

async function tryProgram(
  { places }: Places,
  definition: Toolchain,
  candidate: string,
): Promise<FoundToolchain | string> {
  const own = candidate === '{node}';
  const path = own ? process.execPath : await onPath(candidate);
  if (path === null) return `${candidate} is not on the PATH.`;
  const runsNode = own || usesNode(definition);
  const environment = runsNode && process.versions.electron ? { ELECTRON_RUN_AS_NODE: '1' } : {};
  try {
    const ask = async (command: readonly string[], program: string): Promise<string> => {
      const [file, ...rest] = commandLine(command, { program, node: process.execPath });
      const { stdout } = await execa(file ?? program, rest, {
        env: environment,
        timeout: 20_000,
        stdin: 'ignore',
      });
      return stdout.trim();
    };
    const { locateCommand, readableCommand, versionCommand } = definition;
    const located = locateCommand === undefined ? path : await ask(locateCommand, path);
    const program = await realpath(located);
    const version = await ask(versionCommand, program);
    const beside = process.versions.electron && runsNode ? [dirname(process.execPath)] : [];
    const named = readableCommand === undefined ? '' : await ask(readableCommand, program);
    const folders = named.split('\n').filter((line) => isAbsolute(line.trim()));
    const drivers = join(places.resources, 'toolchains', 'drivers');
    // The drivers of TypeScript and of users' own languages run in the Node that runs the lab.
    const node = usesNode(definition)
      ? [process.execPath, ...(await librariesOf(process.execPath))]
      : [];
    const readable = [program, ...beside, ...(await librariesOf(program)), ...folders, ...node];
    return { definition, program, version, readable, environment, drivers };
  } catch (error) {
    return `${path} does not run: ${error instanceof Error ? error.message.split('\n')[0] : error}.`;
  }
}

/** Whether a command of the toolchain runs in the Node that runs the lab. */
const usesNode = (definition: Toolchain): boolean =>
  JSON.stringify([definition.run, definition.tests]).includes('{node}');

async function onPath(name: string): Promise<string | null> {
  const folders = (process.env.PATH ?? '').split(delimiter).filter(isAbsolute);
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const folder of folders) {
    for (const ending of endings) {
      const path = join(folder, name + ending);
      if (
        await access(path, constants.X_OK).then(
          () => true,
          () => false,
        )
      )
        return path;
    }
  }
  return null;
}
