/** How long the run would be that is rehearsed, as far as its corpus is here. */
import { readdir } from 'node:fs/promises';
import type { Preset } from '@shared/preset';
import type { RehearseSpec } from '@shared/rehearsal';
import type { LabContext } from '../context';
import { findCorpus } from '../corpora/find-corpora';
import { inspectCorpus } from '../corpora/inspect-corpus';
import { corpusFacts } from '../fit/corpus-facts';
import { countSteps } from '../fit/steps';
import { hasTokenizer } from '../models/weight-files';

export type RehearsedCorpus = Pick<RehearseSpec, 'totalSteps' | 'exampleTokens'>;

/** Tokens are counted where the tokenizer is here (`folder` of the model), else guessed. */
export async function rehearsedCorpus(
  context: LabContext,
  preset: Preset,
  folder: string,
): Promise<RehearsedCorpus> {
  const { model, batch, schedule, monitoring } = preset;
  const lengths =
    (await countedLengths(context, preset, folder)) ??
    (await corpusFacts(context, preset.corpus, model, batch.maxLength));
  if (lengths === null || lengths.examples < 1) return { totalSteps: null, exampleTokens: null };
  const { steps } = countSteps(lengths.examples, schedule, batch, monitoring);
  return { totalSteps: Math.max(1, steps), exampleTokens: lengths.mean };
}

async function countedLengths(
  context: LabContext,
  { corpus, batch }: Preset,
  folder: string,
): Promise<{ readonly examples: number; readonly mean: number } | null> {
  if (!hasTokenizer(await readdir(folder))) return null;
  try {
    const { path } = await findCorpus(context, corpus);
    const { maxLength } = batch;
    const report = await inspectCorpus(context, { path, modelPath: folder, maxLength });
    return report.tokens === null ? null : { examples: report.usable, mean: report.tokens.mean };
  } catch (error) {
    // A corpus that is missing or cannot be read is no reason not to measure.
    context.log.info({ error, corpus }, 'the corpus was not counted for a rehearsal');
    return null;
  }
}
