/** `lab presets`. */
import { readFile } from 'node:fs/promises';
import { LabError } from '@shared/errors';
import type { FitVerdict } from '@shared/fit';
import type { Preset, PresetCard, PresetNeed } from '@shared/preset';
import { type OpenLab, withLab } from '../open-lab';
import { bold, dim, green, red, yellow } from '../text/style';
import { table } from '../text/table';
import { duration } from '../text/units';
import type { Answer, CommonOptions } from '../verb';

export interface PresetSaveOptions extends CommonOptions {
  readonly replace?: boolean;
}

const paint: Readonly<Record<FitVerdict, (text: string) => string>> = {
  fits: green,
  tight: yellow,
  'does not fit': red,
};

function expectation({ expectedSeconds, expectation: kind }: PresetCard): string {
  if (expectedSeconds === null) return '–';
  return kind === 'measured' ? duration(expectedSeconds) : `about ${duration(expectedSeconds)}`;
}

function fitText({ fit }: PresetCard): string {
  return fit === null ? '–' : paint[fit.verdict](fit.badge);
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
        { title: 'memory' },
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
          fitText(card),
          expectation(card),
          preset.evaluations.map(({ benchmark }) => benchmark).join(', ') || '–',
        ];
      }),
      'There is no preset.',
    );
    return { value: cards, text: [text, ...cards.flatMap(needLines)].join('\n') };
  });
}

/** What is missing, below the table: it is too long for a column. */
function needLines({ preset, needs }: PresetCard): string[] {
  if (needs.length === 0) return [];
  return ['', `${bold(preset.name)} needs:`, ...needs.map((need) => `  ${needLine(need)}`)];
}

function needLine({ text }: PresetNeed): string {
  return `${yellow('•')} ${text}`;
}

/** A preset file on stdout, so that `lab presets show NAME > mine.yaml` makes one to share. */
export function showPreset(name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const card = await client.presets.get({ name });
    const { yaml } = await client.presets.print({ preset: card.preset });
    const remarks = [
      ...(card.fit === null ? [] : [card.fit.badge]),
      ...card.needs.map(({ text }) => text),
    ].map((line) => dim(`# ${line}`));
    return { value: card, text: [...remarks, yaml.trimEnd()].join('\n') };
  });
}

export async function savePreset(file: string, options: PresetSaveOptions): Promise<Answer> {
  const yaml = await readFile(file, 'utf8').catch((error: Error) => {
    throw refusal(file, error.message);
  });
  return withLab(options, async (open) => {
    const preset = await parsed(open, file, yaml);
    await open.client.presets.save({ preset, replace: options.replace === true });
    const card = await open.client.presets.get({ name: preset.name });
    return { value: card, text: `Saved: ${preset.name}. "lab train ${preset.name}" trains it.` };
  });
}

async function parsed(
  { client }: Pick<OpenLab, 'client'>,
  file: string,
  yaml: string,
): Promise<Preset> {
  const { preset, problems } = await client.presets.parse({ yaml });
  if (preset !== null && problems.length === 0) return preset;
  throw refusal(
    file,
    problems.length === 1 ? 'A field is wrong.' : `${problems.length} fields are wrong.`,
    problems.map(({ path, message }) => `${path}: ${message}`),
  );
}

export function deletePreset(name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    await client.presets.delete({ name });
    return { value: { deleted: name }, text: `${name} lies in the lab home's trash now.` };
  });
}

function refusal(file: string, why: string, details: readonly string[] = []): LabError {
  return new LabError({
    code: 'bad_input',
    what: `${file} is not a preset.`,
    why,
    fix: '"lab presets show starter" prints one to begin from.',
    details,
  });
}
