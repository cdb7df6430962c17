/** What past trainings and rehearsals measured on a device: peaks, and seconds of a step. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { corpusReportSchema } from '@shared/corpus';
import type { Device } from '@shared/machine';
import type { RehearsalResult, RehearseSpec } from '@shared/rehearsal';
import { type RunSpec, runSpecSchema } from '@shared/run-spec';
import { z } from 'zod';
import type { LabContext } from '../context';
import { attentionForMemory } from '../presets/device-choices';
import { readRehearsals, readResult } from '../rehearsals/rehearsal-files';
import type { CorpusLengths } from './corpus-lengths';
import { architectureIn, configFolder } from './find-shape';
import { type Prediction, predictFit } from './predict';

type Context = Pick<LabContext, 'home' | 'places' | 'store'>;
type AnySpec = Pick<
  RunSpec,
  'batch' | 'quantization' | 'precision' | 'adapter' | 'schedule' | 'attention' | 'device' | 'data'
>;

export interface Measurement {
  readonly id: string;
  readonly measuredBytes: number;
  readonly prediction: Prediction;
}

/** A rehearsal trains three quarters of each example, as its worker makes them up. */
const rehearsedTargets = 0.75;
/** The newest ones are enough, and cheap. */
const most = 20;

const rowSchema = z.object({
  id: z.string(),
  spec_json: z.string(),
  peak_memory_bytes: z.number(),
});

const known = new Map<string, Measurement | null>();

/** Peaks measured on this very device, each with what would be predicted for it now. */
export async function pastPeaks(
  context: Context,
  device: Pick<Device, 'id' | 'recorded'>,
): Promise<readonly Measurement[]> {
  // A recording is computed on the CPU: its peaks say nothing of the device that was recorded.
  if (device.recorded) return [];
  const rows = context.store.all(
    rowSchema,
    `SELECT id, spec_json, peak_memory_bytes FROM runs
     WHERE deleted = 0 AND peak_memory_bytes > 0 AND outcome = 'completed'
       AND json_extract(spec_json, '$.device.id') = ?
     ORDER BY created_at DESC LIMIT ${most}`,
    device.id,
  );
  const runs = await Promise.all(rows.map((row) => once(row.id, () => ofRun(context, row))));
  const rehearsals = await Promise.all(
    (await rehearsalsOn(context, device.id)).map(({ spec, result }) =>
      once(spec.id, () => ofRehearsal(context, spec, result)),
    ),
  );
  return [...runs, ...rehearsals].filter((one) => one !== null);
}

export interface DoneRehearsal {
  readonly spec: RehearseSpec;
  readonly result: RehearsalResult;
}

export async function rehearsalsOn(context: Context, deviceId: string): Promise<DoneRehearsal[]> {
  const specs = (await readRehearsals(context))
    .filter(({ device }) => device.id === deviceId && !device.recorded)
    .slice(0, most);
  const all = await Promise.all(
    specs.map(async (spec) => ({ spec, result: await readResult(context, spec.id) })),
  );
  return all.flatMap(({ spec, result }) => (result === null ? [] : [{ spec, result }]));
}

/** A finished training's peak changes no more, nor does what is predicted for it. */
async function once(
  id: string,
  make: () => Promise<Measurement | null>,
): Promise<Measurement | null> {
  const before = known.get(id);
  if (before !== undefined) return before;
  const made = await make();
  known.set(id, made);
  return made;
}

async function ofRun(
  { home }: Context,
  row: z.infer<typeof rowSchema>,
): Promise<Measurement | null> {
  const parsed = runSpecSchema.safeParse(JSON.parse(row.spec_json));
  if (!parsed.success || parsed.data.device.recorded) return null;
  const lengths = await reportedLengths(join(home.runFolder(row.id), 'corpus-report.json'));
  if (lengths === null) return null;
  const prediction = await predicted(parsed.data, parsed.data.model.path, lengths, 1);
  return prediction === null
    ? null
    : { id: row.id, measuredBytes: row.peak_memory_bytes, prediction };
}

async function ofRehearsal(
  context: Context,
  spec: RehearseSpec,
  result: RehearsalResult,
): Promise<Measurement | null> {
  const folder = (await configFolder(context, spec.model.source)) ?? spec.model.configFolder;
  const share = spec.data.trainOn === 'all' ? 1 : rehearsedTargets;
  const prediction = await predicted(spec, folder, spec.batch.maxLength, share);
  return prediction === null
    ? null
    : { id: spec.id, measuredBytes: result.peakMemoryBytes, prediction };
}

async function predicted(
  spec: AnySpec,
  folder: string,
  lengths: CorpusLengths | number,
  targetShare: number,
): Promise<Prediction | null> {
  const architecture = await architectureIn(folder);
  if ('unknown' in architecture) return null;
  const { device, batch } = spec;
  const full = { examples: batch.effective, mean: null };
  return predictFit({
    ...spec,
    architecture,
    batch,
    optimizer: spec.schedule.optimizer,
    attention: attentionForMemory(spec.attention, device),
    device,
    lengths: typeof lengths === 'number' ? { ...full, longest: lengths, targetShare } : lengths,
  });
}

async function reportedLengths(path: string): Promise<CorpusLengths | null> {
  try {
    const { usable, tokens } = corpusReportSchema.parse(JSON.parse(await readFile(path, 'utf8')));
    return tokens === null ? null : { examples: usable, mean: tokens.mean, longest: tokens.max };
  } catch {
    return null;
  }
}
