/** Saved smoke tests as files of the lab home: `smokes/<name>.yaml`. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import { type SmokeCheck, smokeCheckSchema } from '@shared/smoke';
import writeFileAtomic from 'write-file-atomic';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { LabContext } from '../context';
import { requireExpectations } from './analysis/expectations';

type Home = Pick<LabContext, 'home'>;

/** Every saved smoke test. One whose file cannot be read is logged and left out. */
export async function loadChecks(context: Pick<LabContext, 'home' | 'log'>): Promise<SmokeCheck[]> {
  const checks: SmokeCheck[] = [];
  for (const name of await namesIn(context)) {
    try {
      checks.push(await readCheck(context, name));
    } catch (err) {
      context.log.warn({ err, name }, 'smoke test left out');
    }
  }
  return checks;
}

/** @throws LabError when there is none of that name, or its file is wrong */
export async function findCheck(context: Home, name: string): Promise<SmokeCheck> {
  const names = await namesIn(context);
  if (names.includes(name)) return readCheck(context, name);
  throw new LabError({
    code: 'not_found',
    what: `There is no saved smoke test "${name}".`,
    why: `Known are: ${names.join(', ') || 'none'}.`,
    fix: 'Save one: lab smoke SUBJECT --prompt TEXT --save NAME',
  });
}

/** @throws LabError when there is one of that name that may not be replaced, or it cannot be one */
export async function saveCheck(
  context: Home,
  check: z.input<typeof smokeCheckSchema>,
  replace: boolean,
): Promise<void> {
  const parsed = smokeCheckSchema.safeParse(check);
  if (!parsed.success) {
    throw new LabError({
      code: 'bad_input',
      what: `The smoke test "${check.name}" cannot be saved.`,
      why: z.prettifyError(parsed.error),
      fix: 'Give a name of lower-case letters, digits, ".", "_" and "-".',
    });
  }
  if (!replace && (await namesIn(context)).includes(check.name)) {
    throw new LabError({
      code: 'conflict',
      what: `There is a smoke test "${check.name}" already.`,
      why: 'Saving would replace it.',
      fix: 'Choose another name, or say --replace.',
    });
  }
  requireExpectations(parsed.data.expect);
  await mkdir(context.home.smokes, { recursive: true });
  await writeFileAtomic(fileOf(context, check.name), stringify(parsed.data));
}

/** Moves the file to the lab home's trash. */
export async function removeCheck(context: Home, name: string): Promise<void> {
  await findCheck(context, name);
  await mkdir(context.home.trash, { recursive: true });
  const trash = join(context.home.trash, `smoke-${name}.yaml`);
  await rm(trash, { force: true });
  await rename(fileOf(context, name), trash);
}

const fileOf = ({ home }: Home, name: string): string => join(home.smokes, `${name}.yaml`);

async function namesIn({ home }: Home): Promise<string[]> {
  const files = await readdir(home.smokes).catch(() => [] as string[]);
  return files.filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -5));
}

async function readCheck(context: Home, name: string): Promise<SmokeCheck> {
  const path = fileOf(context, name);
  try {
    const check = smokeCheckSchema.parse(parse(await readFile(path, 'utf8')));
    requireExpectations(check.expect);
    return check;
  } catch (error) {
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: 'bad_input',
      what: `The smoke test's file ${path} cannot be used.`,
      why: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
      fix: 'Correct the file, or save the smoke test again.',
    });
  }
}
