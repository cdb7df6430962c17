/** Presets as the shells use them. */
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { Preset, PresetCard } from '@shared/preset';
import writeFileAtomic from 'write-file-atomic';
import { stringify } from 'yaml';
import { loadBenchmark } from '../benchmarks/load-benchmark';
import type { LabContext } from '../context';
import { findCorpus } from '../corpora/find-corpora';
import { findDevice } from '../devices/devices';
import { fileHash } from '../models/file-hash';
import { findModel } from '../models/find-model';
import { findPreset, type LoadedPreset, loadPresets } from './load-presets';

const ok = { ok: true } as const;

export function createPresetsService(context: LabContext) {
  return {
    async list(): Promise<PresetCard[]> {
      const loaded = await loadPresets(context);
      return Promise.all(loaded.map((preset) => cardOf(context, preset)));
    },

    async get(input: { readonly name: string }): Promise<PresetCard> {
      return cardOf(context, await findPreset(context, input.name));
    },

    async save(input: { readonly preset: Preset; readonly replace: boolean }) {
      const path = join(context.home.presets, `${input.preset.name}.yaml`);
      const names = (await loadPresets(context)).map(({ preset }) => preset.name);
      const exists = names.includes(input.preset.name) || (await isThere(path));
      if (exists && !input.replace) {
        throw new LabError({
          code: 'conflict',
          what: `There is a preset "${input.preset.name}" already.`,
          why: `Saving would replace it, or hide the one that ships (${path}).`,
          fix: 'Choose another name, or say that it may be replaced.',
        });
      }
      await writeFileAtomic(path, stringify(input.preset));
      context.changes.publish('presets', input.preset.name);
      return ok;
    },
  };
}

async function cardOf(context: LabContext, loaded: LoadedPreset): Promise<PresetCard> {
  const { preset, source } = loaded;
  const needs = (
    await Promise.all([
      needOf(findModel(context, preset.model)),
      needOf(findCorpus(context, preset.corpus)),
      ...preset.evaluations.map(({ benchmark }) => needOf(loadBenchmark(context, benchmark))),
    ])
  ).flat();
  const seconds = needs.length === 0 ? await pastSeconds(context, preset) : null;
  return {
    preset,
    source,
    ready: needs.length === 0,
    needs,
    expectedSeconds: seconds,
    expectation: seconds === null ? 'unknown' : 'measured',
  };
}

async function needOf(search: Promise<unknown>): Promise<string[]> {
  try {
    await search;
    return [];
  } catch (error) {
    if (error instanceof LabError) return [`${error.what} ${error.fix}`];
    throw error;
  }
}

/**
 * Seconds of the last finished run of the preset as it is now: same model, corpus, schedule, batch
 * and device; null when there is none.
 */
async function pastSeconds(context: LabContext, preset: Preset): Promise<number | null> {
  const [model, corpus, device] = await Promise.all([
    findModel(context, preset.model),
    findCorpus(context, preset.corpus),
    findDevice(),
  ]);
  const value = context.store.value(
    `SELECT json_extract(r.progress_json, '$.secondsBefore')
       + (json_extract(r.progress_json, '$.lastTime') - json_extract(r.progress_json, '$.attemptBegan')) / 1000.0
     FROM runs r
     WHERE r.preset = ? AND r.deleted = 0 AND json_extract(r.spec_json, '$.overrides') = '{}'
       AND json_extract(r.progress_json, '$.outcome') = 'completed'
       AND json_extract(r.spec_json, '$.model.path') = ?
       AND json_extract(r.spec_json, '$.corpus.hash') = ?
       AND json_extract(r.spec_json, '$.device.id') = ?
       AND json_extract(r.spec_json, '$.schedule') = json(?)
       AND json_extract(r.spec_json, '$.batch.effective') = ?
       AND json_extract(r.spec_json, '$.batch.maxLength') = ?
     ORDER BY r.created_at DESC LIMIT 1`,
    preset.name,
    model.path,
    await fileHash(context, corpus.path),
    device.id,
    JSON.stringify(preset.schedule),
    preset.batch.effective,
    preset.batch.maxLength,
  );
  return typeof value === 'number' ? value : null;
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
