/** Endpoints as files of the lab home: `endpoints/<name>.yaml`. */
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Endpoint, endpointSchema } from '@shared/endpoint';
import { LabError } from '@shared/errors';
import writeFileAtomic from 'write-file-atomic';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import type { LabContext } from '../context';

type Home = Pick<LabContext, 'home'>;

/** Every endpoint. One whose file cannot be read is logged and left out; naming it says why. */
export async function loadEndpoints(context: Pick<LabContext, 'home' | 'log'>) {
  const names = await endpointNames(context);
  const endpoints: Endpoint[] = [];
  for (const name of names) {
    try {
      endpoints.push(await readEndpoint(context, name));
    } catch (err) {
      context.log.warn({ err, name }, 'endpoint left out');
    }
  }
  return endpoints;
}

/** @throws LabError when there is none of that name, or its file is wrong */
export async function findEndpoint(context: Home, name: string): Promise<Endpoint> {
  const names = await endpointNames(context);
  if (names.includes(name)) return readEndpoint(context, name);
  throw new LabError({
    code: 'not_found',
    what: `There is no endpoint "${name}".`,
    why: `Known are: ${names.join(', ') || 'none'}.`,
    fix: 'Add one: lab endpoints add NAME --url http://127.0.0.1:11434/v1 --model MODEL',
  });
}

/** @throws LabError when one of that name is there and may not be replaced */
export async function saveEndpoint(
  context: Home,
  endpoint: Endpoint,
  replace: boolean,
): Promise<void> {
  if (!replace && (await endpointNames(context)).includes(endpoint.name)) {
    throw new LabError({
      code: 'conflict',
      what: `There is an endpoint "${endpoint.name}" already.`,
      why: 'Saving would replace it.',
      fix: 'Choose another name, or say that it may be replaced.',
    });
  }
  await mkdir(context.home.endpoints, { recursive: true });
  await writeFileAtomic(fileOf(context, endpoint.name), stringify(endpoint));
}

/** Moves the file to the lab home's trash. */
export async function removeEndpoint(context: Home, name: string): Promise<void> {
  await findEndpoint(context, name);
  await mkdir(context.home.trash, { recursive: true });
  const trash = join(context.home.trash, `endpoint-${name}.yaml`);
  await rm(trash, { force: true });
  await rename(fileOf(context, name), trash);
}

const fileOf = ({ home }: Home, name: string): string => join(home.endpoints, `${name}.yaml`);

async function endpointNames({ home }: Home): Promise<string[]> {
  const files = await readdir(home.endpoints).catch(() => [] as string[]);
  return files.filter((file) => file.endsWith('.yaml')).map((file) => file.slice(0, -5));
}

async function readEndpoint(context: Home, name: string): Promise<Endpoint> {
  const path = fileOf(context, name);
  try {
    return endpointSchema.parse(parse(await readFile(path, 'utf8')));
  } catch (error) {
    throw new LabError({
      code: 'bad_input',
      what: `The endpoint file ${path} cannot be used.`,
      why: error instanceof z.ZodError ? z.prettifyError(error) : String(error),
      fix: 'Correct the file, or remove the endpoint and add it again.',
    });
  }
}
