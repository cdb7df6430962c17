/** `lab models`. */
import type { BaseModel } from '@shared/base-model';
import { followJob } from '../follow/follow-job';
import { following } from '../follow/following';
import { labScript, withLab } from '../open-lab';
import { bold, dim, green, red, yellow } from '../text/style';
import { facts, table } from '../text/table';
import type { Answer, CommonOptions } from '../verb';

export interface GetOptions extends CommonOptions {
  readonly revision?: string;
  readonly detach?: boolean;
}

const marks: Readonly<Record<BaseModel['state'], string>> = {
  ready: green('✓'),
  missing: '○',
  partial: yellow('•'),
  broken: red('✗'),
};

export function listModels(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const models = await client.models.list();
    const text = table(
      [
        { title: '' },
        { title: 'model' },
        { title: 'kind' },
        { title: 'state' },
        { title: 'architecture' },
        { title: 'parameters', align: 'right' },
        { title: 'size', align: 'right' },
        { title: 'presets' },
      ],
      models.map((model) => [
        marks[model.state],
        model.source,
        model.kind,
        model.jobId === null ? model.state : 'being downloaded',
        model.architecture ?? '–',
        count(model.parameters),
        size(model.weightBytes),
        model.usedBy.join(', '),
      ]),
      'There is no model.',
    );
    return { value: models, text };
  });
}

export function showModel(source: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const model = await client.models.inspect({ source });
    return { value: model, text: modelText(model) };
  });
}

export async function getModel(source: string, options: GetOptions): Promise<Answer> {
  const request = { source, ...(options.revision ? { revision: options.revision } : {}) };
  const named = options.revision ? `${source}@${options.revision}` : source;
  if (options.detach !== true) {
    return following(options, async ({ client, progress, signal }) => {
      const { jobId } = await client.models.download(request);
      await followJob(client, jobId, progress, signal);
      const model = await client.models.inspect({ source: named });
      return { value: model, text: modelText(model) };
    });
  }
  return withLab(options, async ({ lab, client }) => {
    const { jobId } = await client.models.download(request);
    const { scheduler } = await client.queue.snapshot();
    if (scheduler === null) {
      const { startBackgroundScheduler } = await import('@lab/shell/background-scheduler');
      startBackgroundScheduler(lab.home, labScript);
    }
    const model = await client.models.inspect({ source: named });
    return {
      value: model,
      text: `Queued: ${named} (job ${jobId}).\n"lab queue list" shows how far it is.`,
    };
  });
}

export function addModel(folder: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const model = await client.models.add({ folder });
    return { value: model, text: modelText(model) };
  });
}

export function forgetModel(source: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    await client.models.forget({ source });
    return { value: { source }, text: `${source} is out of the library; its files stay.` };
  });
}

function modelText(model: BaseModel): string {
  const head = `${marks[model.state]} ${bold(model.source)}  ${model.state}`;
  const pairs: (readonly [string, string | null])[] = [
    ['architecture', model.architecture],
    ['parameters', model.parameters === null ? null : count(model.parameters)],
    ['weights', model.weightBytes === null ? null : size(model.weightBytes)],
    ['context', model.contextLength === null ? null : `${model.contextLength} tokens`],
    ['commit', model.revision],
    ['folder', model.path],
    ['presets', model.usedBy.join(', ') || null],
  ];
  const known = pairs.flatMap(([name, value]) => (value === null ? [] : [[name, value] as const]));
  const problem = model.problem === null ? [] : [`${model.problem}\n${dim('fix:')} ${model.fix}`];
  return [head, facts(known), ...problem].filter((part) => part !== '').join('\n');
}

/** 1.54 B, 3.5 M. */
function count(parameters: number | null): string {
  if (parameters === null) return '–';
  if (parameters >= 1e9) return `${(parameters / 1e9).toFixed(2)} B`;
  return `${(parameters / 1e6).toFixed(1)} M`;
}

/** In decimal units, as the hub and disks count. */
function size(bytes: number | null): string {
  if (bytes === null) return '–';
  return bytes >= 1e9 ? `${(bytes / 1e9).toFixed(1)} GB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
