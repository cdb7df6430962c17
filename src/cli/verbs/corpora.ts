/** `lab corpus`. */
import type { LabClient } from '@lab/rpc/router';
import type { CorpusReport } from '@shared/corpus';
import { withLab } from '../open-lab';
import { green, yellow } from '../text/style';
import { facts, table } from '../text/table';
import type { Answer, CommonOptions } from '../verb';
import { numberOption } from './options';

export interface CorpusOptions extends CommonOptions {
  readonly model?: string;
  readonly maxLength: string;
}

export function listCorpora(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const corpora = await client.corpora.list();
    const text = table(
      [
        { title: 'name' },
        { title: 'version' },
        { title: 'examples', align: 'right' },
        { title: 'format' },
        { title: 'title' },
      ],
      corpora.map(({ name, version, examples, format, title }) => [
        name,
        version,
        String(examples),
        format,
        title,
      ]),
      'There is no corpus.',
    );
    return { value: corpora, text };
  });
}

function report(
  client: LabClient,
  source: string,
  { model, maxLength }: CorpusOptions,
): Promise<CorpusReport> {
  return client.corpora.validate({
    source,
    model: model ?? null,
    maxLength: numberOption('max-length', maxLength),
  });
}

/** Exit code 1 when a row cannot be trained: a script should notice. */
export function validate(source: string, options: CorpusOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const found = await report(client, source, options);
    const bad = found.badRows.length;
    const lines = found.badRows.map(
      ({ line, reason, message }) => `${found.path}:${line}  ${yellow(reason)}  ${message}`,
    );
    lines.push(
      bad === 0
        ? green(`All ${found.rows} rows can be trained.`)
        : `${found.usable} of ${found.rows} rows can be trained; ${bad} cannot.`,
    );
    return { value: found, text: lines.join('\n'), exitCode: bad === 0 ? 0 : 1 };
  });
}

export function stats(source: string, options: CorpusOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const found = await report(client, source, options);
    const { tokens } = found;
    const summary = facts([
      ['file', found.path],
      ['format', found.format ?? 'none recognized'],
      ['rows', `${found.rows}, of which ${found.usable} can be trained`],
      [
        'tokens',
        tokens === null
          ? 'unknown: name a model with --model'
          : `${tokens.total} in total, mean ${tokens.mean.toFixed(1)}, median ${tokens.median}, longest ${tokens.max}`,
      ],
    ]);
    const categories = table(
      [{ title: 'category' }, { title: 'rows', align: 'right' }],
      Object.entries(found.categories).map(([name, count]) => [name, String(count)]),
      'No categories.',
    );
    return { value: found, text: `${summary}\n\n${categories}` };
  });
}
