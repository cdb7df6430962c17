/** Toolchains as files: those that ship, and the user's own in the lab home. */
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { LabError } from '@shared/errors';
import { type Toolchain, toolchainSchema } from '@shared/toolchain';
import { parse } from 'yaml';
import { z } from 'zod';
import type { LabContext } from '../../context';

/**
 * All toolchains by name.
 * @throws LabError naming the file when one cannot be read, or takes the name of one that ships.
 */
export async function loadToolchains(
  context: Pick<LabContext, 'home' | 'places'>,
): Promise<ReadonlyMap<string, Toolchain>> {
  const shipped = await readFolder(join(context.places.resources, 'toolchains'));
  const own = await readFolder(context.home.toolchains);
  const toolchains = new Map(shipped.map(({ toolchain }) => [toolchain.name, toolchain]));
  for (const { path, toolchain } of own) {
    if (toolchains.has(toolchain.name)) {
      throw new LabError({
        code: 'bad_input',
        what: `The toolchain file ${path} cannot be used.`,
        why: `Its name "${toolchain.name}" belongs to another toolchain.`,
        fix: 'Give it a name of its own.',
      });
    }
    toolchains.set(toolchain.name, toolchain);
  }
  return toolchains;
}

async function readFolder(folder: string) {
  const names = await readdir(folder).catch(() => [] as string[]);
  const files = names.filter((name) => /\.ya?ml$/.test(name)).sort();
  return Promise.all(files.map((name) => readToolchain(join(folder, name))));
}

async function readToolchain(path: string): Promise<{ path: string; toolchain: Toolchain }> {
  try {
    const read = toolchainSchema.parse(parse(await readFile(path, 'utf8')));
    const own = read.grammar?.endsWith('.wasm') === true;
    const grammar = own ? resolve(dirname(path), read.grammar ?? '') : read.grammar;
    return { path, toolchain: { ...read, grammar } };
  } catch (error) {
    throw new LabError({
      code: 'bad_input',
      what: `The toolchain file ${path} cannot be read.`,
      why: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
      fix: 'Correct the file; resources/toolchains/README.md says what may be in it.',
    });
  }
}
