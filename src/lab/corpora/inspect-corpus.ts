/** Checks a corpus file by the worker's own rules, so that there is one set of them. */
import { type CorpusReport, corpusReportSchema } from '@shared/corpus';
import { LabError } from '@shared/errors';
import { execa } from 'execa';
import type { LabContext } from '../context';
import { findEnvironment } from '../environments/python';

export interface CorpusQuestion {
  readonly path: string;
  /** Model folder whose tokenizer counts; null: tokens are not counted. */
  readonly modelPath: string | null;
  readonly maxLength: number;
}

/** @throws LabError when the file cannot be read or there is no Python environment */
export async function inspectCorpus(
  context: Pick<LabContext, 'places'>,
  question: CorpusQuestion,
): Promise<CorpusReport> {
  const environment = await findEnvironment(context, { kind: 'cpu', recorded: false });
  const { stdout, stderr, exitCode } = await execa(
    environment.python,
    [
      ...['-m', 'lorabench', 'inspect-corpus', question.path],
      ...['--max-length', String(question.maxLength)],
      ...(question.modelPath === null ? [] : ['--model', question.modelPath]),
    ],
    {
      env: { PYTHONPATH: context.places.python, PYTHONDONTWRITEBYTECODE: '1', HF_HUB_OFFLINE: '1' },
      reject: false,
      stdin: 'ignore',
      maxBuffer: 256 * 1024 * 1024,
    },
  );
  if (exitCode === 0) return corpusReportSchema.parse(JSON.parse(stdout));
  const [first = 'The check ended without a word.', ...details] = stderr
    .trim()
    .split('\n')
    .slice(-20);
  throw new LabError({
    code: 'bad_input',
    what: `The corpus ${question.path} cannot be checked.`,
    why: first,
    fix: 'A corpus is a UTF-8 file with one JSON object a line, in ChatML or Alpaca layout.',
    details,
  });
}
