/**
 * Our verdicts against those of HumanEval's public harness, on samples that tests/fixtures/human-eval
 * stores with the harness's verdicts (make.py there). They agree, except on passes that were forged.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { importBenchmark } from '@lab/benchmarks/import-benchmark';
import { loadBenchmark } from '@lab/benchmarks/load-benchmark';
import { type Judge, openJudge } from '@lab/evaluations/judge/open-judge';
import type { Task } from '@shared/benchmark';
import type { Judgement } from '@shared/judgement';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { openContext, removeFolder, type TestContext, temporaryFolder } from './support/bench-lab';

const fixture = join(import.meta.dirname, '../fixtures/human-eval');
const sampleSchema = z.object({
  task_id: z.string(),
  name: z.string(),
  completion: z.string(),
  passed: z.boolean(),
  result: z.string(),
  forged: z.string().optional().describe('why a pass of it is none'),
});
const samples = readFileSync(join(fixture, 'samples.jsonl'), 'utf8')
  .trim()
  .split('\n')
  .map((line) => sampleSchema.parse(JSON.parse(line)));
type Sample = (typeof samples)[number];

const named = ({ task_id, name }: Sample) => `${task_id}: ${name}`;

describe("judging next to HumanEval's public harness", () => {
  let folder: string;
  let context: TestContext;
  let judge: Judge;
  let tasks: ReadonlyMap<string, Task>;
  let judged: readonly (readonly [Sample, Judgement])[];

  beforeAll(async () => {
    folder = temporaryFolder();
    context = openContext(folder);
    const source = join(fixture, 'problems.jsonl');
    await importBenchmark(context, { source, layout: 'auto', gates: [], name: 'written' });
    tasks = new Map((await loadBenchmark(context, 'written')).tasks.map((task) => [task.id, task]));
    judge = await openJudge(
      { home: context.home, places: { ...context.places, resources: impatient(folder) } },
      'python',
      { allowUnsandboxed: false },
    );
    judged = await atOnce(samples, 4, async (sample) => [
      sample,
      await verdict(sample, sample.completion),
    ]);
  });
  afterAll(async () => {
    await judge.close();
    context.dispose();
    removeFolder(folder);
  });

  function verdict(sample: Sample, text: string): Promise<Judgement> {
    const task = tasks.get(sample.task_id);
    if (task === undefined) throw new Error(`no problem ${sample.task_id}`);
    return judge.judge(task, {
      ...{ taskId: task.id, sample: 0, text, finishReason: 'stop' },
      ...{ promptTokens: 1, completionTokens: 1, seconds: 0 },
    });
  }

  it('covers twelve problems with right, wrong, broken and forged samples', () => {
    expect(new Set(samples.map(({ task_id }) => task_id)).size).toBe(12);
    const count = (wanted: (sample: Sample) => boolean) => samples.filter(wanted).length;
    expect(count(({ passed, forged }) => passed && forged === undefined)).toBeGreaterThan(25);
    expect(count(({ passed }) => !passed)).toBeGreaterThan(25);
    expect(count(({ forged }) => forged !== undefined)).toBeGreaterThan(3);
  });

  it('says the same of every sample that forges nothing', () => {
    const different = judged.flatMap(([sample, { passed, failure, message }]) => {
      if (sample.forged !== undefined || sample.passed === passed) return [];
      return [`${named(sample)}: ${sample.result} there, ${failure ?? 'passed'} ${message} here`];
    });
    expect(different).toEqual([]);
  });

  it('refuses what the harness lets pass although it was forged', () => {
    for (const [sample, { passed, failure }] of judged) {
      if (sample.forged === undefined) continue;
      expect([named(sample), sample.passed, passed]).toEqual([named(sample), true, false]);
      expect([named(sample), failure]).toEqual([named(sample), 'tests_failed']);
    }
  });

  it('takes no sample for a failure of the lab', () => {
    const ours = judged.filter(([, { failure }]) => failure === 'sandbox');
    expect(ours.map(([sample]) => named(sample))).toEqual([]);
  });

  it('says the same when a whole function comes in a fenced block among words', async () => {
    const whole = samples.filter(({ completion }) => completion.includes('\ndef '));
    expect(whole.length).toBeGreaterThan(4);
    const fenced = await atOnce(whole, 4, (sample) =>
      verdict(
        sample,
        `Sure, here it is:\n\`\`\`python\n${sample.completion.trim()}\n\`\`\`\nDone.`,
      ),
    );
    expect(fenced.map(({ passed }) => passed)).toEqual(whole.map(({ passed }) => passed));
  });
});

/** Resources whose Python gives up soon: the time limit is not what is compared. */
function impatient(folder: string): string {
  const resources = join(folder, 'resources');
  const shipped = join(import.meta.dirname, '../../resources/toolchains');
  mkdirSync(resources);
  cpSync(shipped, join(resources, 'toolchains'), { recursive: true });
  const path = join(resources, 'toolchains', 'python.yaml');
  const toolchain = parse(readFileSync(path, 'utf8'));
  writeFileSync(path, stringify({ ...toolchain, timeoutSeconds: 5 }));
  return resources;
}

async function atOnce<Item, Result>(
  items: readonly Item[],
  width: number,
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = [...items.entries()];
  const worker = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      results[next[0]] = await work(next[1]);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}
