/** `lab runs compare`: what differs between two runs, and what came of it. */
import type { LabClient } from '@lab/rpc/router';
import type { Comparison, EvaluationSummary } from '@shared/evaluation';
import type { RunSummary } from '@shared/run';
import { withLab } from '../open-lab';
import { comparisonText } from '../text/comparison-text';
import { runTable } from '../text/run-text';
import { table } from '../text/table';
import type { Answer, CommonOptions } from '../verb';
import { findRun } from './find';

export interface Difference {
  readonly path: string;
  readonly a: unknown;
  readonly b: unknown;
}

/** Fields that differ between any two runs and say nothing. */
const identity: readonly string[] = ['id', 'name', 'createdAt', 'overrides'];

export function compareRuns(a: string, b: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const runs = [await findRun(client, a), await findRun(client, b)] as const;
    const [first, second] = await Promise.all(runs.map(({ id }) => client.runs.get({ id })));
    const differences = differencesOf(first?.spec, second?.spec).filter(
      ({ path }) => !identity.includes(path.split('.')[0] ?? ''),
    );
    const { comparisons, known } = await compareTuned(client, runs[0], runs[1]);
    const text = [
      runTable(runs),
      table(
        [{ title: 'differs' }, { title: runs[0].name }, { title: runs[1].name }],
        differences.map((one) => [one.path, JSON.stringify(one.a), JSON.stringify(one.b)]),
        'The specifications are the same.',
      ),
      ...comparisons.map((comparison) => comparisonText(comparison, known)),
    ].join('\n\n');
    return { value: { runs, differences, comparisons }, text };
  });
}

/** Benchmarks on which both runs' adapters were evaluated. */
async function compareTuned(
  client: LabClient,
  a: RunSummary,
  b: RunSummary,
): Promise<{ comparisons: Comparison[]; known: Map<string, EvaluationSummary> }> {
  const tuned = (run: RunSummary) =>
    run.evaluations.filter(({ role, status }) => role === 'tuned' && status === 'done');
  const comparisons: Comparison[] = [];
  const known = new Map<string, EvaluationSummary>();
  for (const left of tuned(a)) {
    const right = tuned(b).find(({ benchmark }) => benchmark === left.benchmark);
    if (right === undefined) continue;
    comparisons.push(await client.evaluations.compare({ a: left.id, b: right.id }));
    for (const { id } of [left, right]) {
      const { item } = await client.evaluations.get({ id });
      if (item.summary !== null) known.set(id, item.summary);
    }
  }
  return { comparisons, known };
}

/** Leaves that are not equal, by dotted path; arrays are leaves. */
export function differencesOf(a: unknown, b: unknown, path = ''): Difference[] {
  if (isRecord(a) && isRecord(b)) {
    const keys = [...new Set([...Object.keys(a), ...Object.keys(b)])];
    return keys.flatMap((key) => differencesOf(a[key], b[key], path ? `${path}.${key}` : key));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [{ path, a, b }];
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
