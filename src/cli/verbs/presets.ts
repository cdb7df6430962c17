/** `lab presets`. */
import { readFile } from 'node:fs/promises';
import { LabError } from '@shared/errors';
import { type Preset, type PresetCard, presetSchema } from '@shared/preset';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { withLab } from '../open-lab';
import { bold, green, yellow } from '../text/style';
import { table } from '../text/table';
import { duration } from '../text/units';
import type { Answer, CommonOptions } from '../verb';

export interface PresetSaveOptions extends CommonOptions {
  readonly replace?: boolean;
}

function expectation({ expectedSeconds, expectation: kind }: PresetCard): string {
  if (expectedSeconds === null) return '–';
  return kind === 'estimated' ? `about ${duration(expectedSeconds)}` : duration(expectedSeconds);
}

export function listPresets(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const cards = await client.presets.list();
    const text = table(
      [
        { title: '' },
        { title: 'name' },
        { title: 'title' },
        { title: 'model' },
        { title: 'corpus' },
        { title: 'adapter' },
        { title: 'time', align: 'right' },
        { title: 'then' },
      ],
      cards.map((card) => {
        const { preset } = card;
        return [
          card.ready ? green('✓') : yellow('•'),
          preset.name,
          preset.title,
          preset.model,
          preset.corpus,
          `r${preset.adapter.rank} a${preset.adapter.alpha} ${preset.quantization.kind}`,
          expectation(card),
          preset.evaluations.map(({ benchmark }) => benchmark).join(', ') || '–',
        ];
      }),
      'There is no preset.',
    );
    return { value: cards, text };
  });
}

export function showPreset(name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const card = await client.presets.get({ name });
    const needs = card.needs.map((need) => `${yellow('•')} ${need}`);
    const text = [bold(card.preset.title), ...needs, stringify(card.preset).trimEnd()].join('\n');
    return { value: card, text };
  });
}

export async function savePreset(file: string, options: PresetSaveOptions): Promise<Answer> {
  const preset = await readPreset(file);
  return withLab(options, async ({ client }) => {
    await client.presets.save({ preset, replace: options.replace === true });
    const card = await client.presets.get({ name: preset.name });
    return { value: card, text: `Saved: ${preset.name}. "lab train ${preset.name}" trains it.` };
  });
}

async function readPreset(file: string): Promise<Preset> {
  const refuse = (why: string, details: readonly string[] = []): LabError =>
    new LabError({
      code: 'bad_input',
      what: `${file} is not a preset.`,
      why,
      fix: '"lab presets show starter" prints one to begin from.',
      details,
    });
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw refuse(error.message);
  });
  let value: unknown;
  try {
    value = parse(text);
  } catch (error) {
    throw refuse(error instanceof Error ? error.message : String(error));
  }
  const parsed = presetSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw refuse('Some fields are wrong.', z.prettifyError(parsed.error).split('\n'));
}
