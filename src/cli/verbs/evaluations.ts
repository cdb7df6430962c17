/** `lab eval`, `lab evaluations`, `lab compare`. */
import { LabError } from '@shared/errors';
import { followEvaluations } from '../follow/follow-evaluations';
import { following } from '../follow/following';
import { withLab } from '../open-lab';
import { evaluationText } from '../text/evaluation-text';
import { stateText } from '../text/run-text';
import { table } from '../text/table';
import { percent, when } from '../text/units';
import type { Answer, CommonOptions } from '../verb';
import { findEvaluation } from './find';
import { numberOption } from './options';
import { type SamplingOptions, samplingOptions } from './sampling-options';

export interface EvaluateOptions extends CommonOptions, SamplingOptions {
  readonly bench: string;
  readonly repeats: string;
  readonly rounds?: string;
  readonly allGates?: boolean;
  readonly allowUnsandboxed?: boolean;
}

export function evaluate(subject: string, options: EvaluateOptions): Promise<Answer> {
  const { rounds } = options;
  const sampling = {
    repeats: numberOption('repeats', options.repeats),
    ...samplingOptions(options),
    ...(rounds === undefined ? {} : { rounds: numberOption('rounds', rounds) }),
    ...(options.allGates === undefined ? {} : { allGates: options.allGates }),
  };
  return following(options, async ({ client, progress, signal }) => {
    const { id } = await client.evaluations.enqueue({
      subject,
      benchmark: options.bench,
      ...sampling,
      allowUnsandboxed: options.allowUnsandboxed === true,
    });
    const [summary] = await followEvaluations(client, [id], progress, signal);
    if (summary === undefined) throw new Error('An evaluation was followed without a result.');
    return { value: summary, text: evaluationText(summary) };
  });
}

export function listEvaluations(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const items = await client.evaluations.list();
    const text = table(
      [
        { title: 'id' },
        { title: 'subject' },
        { title: 'benchmark' },
        { title: 'status' },
        { title: 'samples', align: 'right' },
        { title: 'pass@1', align: 'right' },
        { title: 'created' },
      ],
      items.map((item) => [
        item.id,
        item.subject,
        item.benchmark,
        stateText(item.status),
        `${item.judged}/${item.samples}`,
        percent(item.summary?.passAt1.value ?? null),
        when(item.createdAt),
      ]),
      'No evaluation yet: "lab eval reference --bench starter" makes one.',
    );
    return { value: items, text };
  });
}

export function showEvaluation(typed: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const item = await findEvaluation(client, typed);
    if (item.summary !== null) return { value: item.summary, text: evaluationText(item.summary) };
    const { failure } = await client.evaluations.get({ id: item.id });
    throw new LabError({
      code: failure === null ? 'conflict' : 'failed',
      what: failure?.title ?? `The evaluation has no result yet: it is ${item.status}.`,
      why: failure?.why ?? `${item.judged} of ${item.samples} samples are judged.`,
      fix: failure?.fix ?? '"lab queue list" shows how far it is.',
      details: failure?.log ?? [],
    });
  });
}
