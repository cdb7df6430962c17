/** `lab endpoints`. */
import { text as readAll } from 'node:stream/consumers';
import { type Endpoint, endpointSchema } from '@shared/endpoint';
import { LabError } from '@shared/errors';
import { z } from 'zod';
import { withLab } from '../open-lab';
import { table } from '../text/table';
import type { Answer, CommonOptions } from '../verb';
import { numberOption } from './options';

export interface EndpointAddOptions extends CommonOptions {
  readonly url: string;
  readonly model: string;
  readonly title?: string;
  readonly key?: boolean;
  readonly concurrency: string;
  readonly requestsPerMinute?: string;
  readonly timeout: string;
  readonly replace?: boolean;
}

export function listEndpoints(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const cards = await client.endpoints.list();
    const text = table(
      [{ title: 'name' }, { title: 'model' }, { title: 'address' }, { title: 'key' }],
      cards.map(({ endpoint, keyFrom }) => [
        endpoint.name,
        endpoint.model,
        endpoint.baseUrl,
        keyFrom,
      ]),
      'No endpoint yet: "lab endpoints add NAME --url http://127.0.0.1:11434/v1 --model MODEL".',
    );
    return { value: cards, text };
  });
}

export function addEndpoint(name: string, options: EndpointAddOptions): Promise<Answer> {
  const endpoint = endpointOf(name, options);
  return withLab(options, async ({ client }) => {
    await client.endpoints.save({ endpoint, replace: options.replace === true });
    const text = [
      `Saved: endpoint:${name}.`,
      ...(endpoint.needsKey ? [`"lab endpoints key ${name}" stores its key.`] : []),
      `"lab endpoints test ${name}" asks it a question; "lab eval endpoint:${name} --bench NAME" measures it.`,
    ].join('\n');
    return { value: endpoint, text };
  });
}

function endpointOf(name: string, options: EndpointAddOptions): Endpoint {
  const { requestsPerMinute } = options;
  const parsed = endpointSchema.safeParse({
    schemaVersion: 1,
    name,
    title: options.title ?? '',
    baseUrl: options.url,
    model: options.model,
    needsKey: options.key === true,
    concurrency: numberOption('concurrency', options.concurrency),
    timeoutSeconds: numberOption('timeout', options.timeout),
    requestsPerMinute:
      requestsPerMinute === undefined
        ? null
        : numberOption('requests-per-minute', requestsPerMinute),
  });
  if (parsed.success) return parsed.data;
  throw new LabError({
    code: 'bad_input',
    what: `The endpoint "${name}" cannot be saved.`,
    why: z.prettifyError(parsed.error),
    fix: 'Give an address such as http://127.0.0.1:11434/v1 and the name of a model there.',
  });
}

/** From standard input, so that the key is in no history and no list of processes. */
export async function setKey(name: string, options: CommonOptions): Promise<Answer> {
  if (process.stdin.isTTY) process.stderr.write('Paste the key, then press Enter and Ctrl-D:\n');
  const key = (await readAll(process.stdin)).trim();
  return withLab(options, async ({ client }) => {
    await client.endpoints.setKey({ name, key });
    const done = key === '' ? `The key of ${name} is forgotten.` : `The key of ${name} is stored.`;
    return { value: { name, stored: key !== '' }, text: done };
  });
}

export function testEndpoint(name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const test = await client.endpoints.test({ name });
    const first = test.firstTokenSeconds;
    const speed = first === null ? '' : ` First token after ${first.toFixed(2)} s.`;
    const said = test.answer === null ? [] : [`It said: ${test.answer.trim()}`];
    const text = [
      `${test.message}${speed}`,
      ...said,
      ...(test.fix === null ? [] : [test.fix]),
    ].join('\n');
    return { value: test, text, exitCode: test.ok ? 0 : 1 };
  });
}

export function removeEndpoint(name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    await client.endpoints.remove({ name });
    return { value: { name }, text: `Removed: ${name}. Its results stay.` };
  });
}
