/** `lab smoke`, `lab smokes`. */
import { LabError } from '@shared/errors';
import { type Smoke, type SmokeExpectations, smokeExpectationsSchema } from '@shared/smoke';
import { parse } from 'yaml';
import { z } from 'zod';
import { failureOf } from '../follow/failure-of';
import { followSmoke } from '../follow/follow-smoke';
import { following } from '../follow/following';
import { withLab } from '../open-lab';
import { smokeText } from '../text/smoke-text';
import { table } from '../text/table';
import type { Answer, CommonOptions } from '../verb';
import { type SamplingOptions, samplingOptions } from './sampling-options';

export interface SmokeOptions extends CommonOptions, SamplingOptions {
  readonly prompt?: string;
  readonly bench?: string;
  readonly task?: string;
  readonly check?: string;
  readonly system?: string;
  readonly expect?: readonly string[];
  readonly save?: string;
  readonly replace?: boolean;
}

export async function smoke(subjects: readonly string[], options: SmokeOptions): Promise<Answer> {
  const expect = expectOption(options.expect);
  const { prompt, check, system, save } = options;
  const request = {
    subjects: [...subjects],
    sampling: samplingOptions(options),
    ...originOption(options),
    ...(prompt === undefined ? {} : { prompt }),
    ...(check === undefined ? {} : { check }),
    ...(system === undefined ? {} : { systemPrompt: system }),
    ...(expect === null ? {} : { expect }),
    ...(save === undefined ? {} : { save, replace: options.replace === true }),
  };
  return following(options, async ({ client, progress, signal }) => {
    const { id } = await client.smoke.start(request);
    const print = options.json === true ? null : printNow;
    const ended = await followSmoke(client, id, progress, print, signal);
    return answerOf(ended);
  });
}

/** A reader such as `head` that has seen enough is no failure. */
const printNow = (text: string): void => void process.stdout.write(text, () => undefined);

function answerOf(ended: Smoke): Answer {
  const text = smokeText(ended);
  if (ended.met === false) return { value: ended, text, exitCode: 3 };
  if (ended.status === 'done') return { value: ended, text };
  const some = ended.answers.some(({ status }) => status === 'done');
  if (!some && ended.failure !== null) throw failureOf(ended.failure);
  return { value: ended, text, exitCode: 1 };
}

function originOption({ bench, task }: SmokeOptions) {
  if (bench === undefined && task === undefined) return {};
  if (bench !== undefined && task !== undefined) return { origin: { benchmark: bench, task } };
  throw new LabError({
    code: 'bad_input',
    what: '--bench and --task belong together.',
    why: 'A smoke test asks one task of a benchmark.',
    fix: 'For example: --bench starter --task ID; "lab bench show NAME" lists the tasks.',
  });
}

const lists = ['contains', 'matches'];

/** `what=value` pairs of `--expect`; null when there are none. */
export function expectOption(pairs: readonly string[] | undefined): SmokeExpectations | null {
  if (pairs === undefined) return null;
  const expected: Record<string, unknown> = {};
  for (const pair of pairs) {
    const at = pair.indexOf('=');
    const name = pair.slice(0, Math.max(0, at));
    const value = pair.slice(at + 1);
    if (lists.includes(name)) {
      expected[name] = [...((expected[name] as string[] | undefined) ?? []), value];
    } else {
      expected[name] = parse(value) as unknown;
    }
  }
  const parsed = smokeExpectationsSchema.safeParse(expected);
  if (parsed.success) return parsed.data;
  throw new LabError({
    code: 'bad_input',
    what: `--expect ${pairs.join(' ')} cannot be used.`,
    why: z.prettifyError(parsed.error),
    fix: 'For example: --expect finishReason=stop maxTokens=300 contains=func toolCall=well-formed',
  });
}

export function listChecks(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const checks = await client.smoke.checks();
    const text = table(
      [{ title: 'name' }, { title: 'asks' }, { title: 'expects' }],
      checks.map(({ name, prompt, origin, expect }) => [
        name,
        origin === null ? shortened(prompt) : `${origin.benchmark} ${origin.task}`,
        shortened(expectedText(expect)),
      ]),
      'No saved smoke test yet: "lab smoke SUBJECT --prompt TEXT --save NAME" makes one.',
    );
    return { value: checks, text };
  });
}

function expectedText(expect: SmokeExpectations): string {
  return Object.entries(expect)
    .filter(([, value]) => !(Array.isArray(value) && value.length === 0))
    .map(([name, value]) => `${name}=${String(value)}`)
    .join(', ');
}

function shortened(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length > 60 ? `${line.slice(0, 60)}…` : line;
}

export function removeCheck(name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    await client.smoke.removeCheck({ name });
    return { value: { name }, text: `Removed: ${name}.` };
  });
}
