/** `lab bench`. */
import type { LabClient } from '@lab/rpc/router';
import type { BenchmarkSummary } from '@shared/benchmark';
import { LabError } from '@shared/errors';
import { withLab } from '../open-lab';
import { createProgress } from '../text/progress';
import { bold, green, red } from '../text/style';
import { table } from '../text/table';
import { duration } from '../text/units';
import type { Answer, CommonOptions } from '../verb';

export type BenchCheckOptions = CommonOptions & { readonly allowUnsandboxed?: boolean };

export function listBenchmarks(options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const benchmarks = await client.benchmarks.list();
    const text = table(
      [
        { title: 'name' },
        { title: 'version' },
        { title: 'tasks', align: 'right' },
        { title: 'toolchain' },
        { title: 'hash' },
        { title: 'title' },
      ],
      benchmarks.map(({ name, version, tasks, toolchain, hash, title }) => [
        name,
        version,
        String(tasks),
        toolchain,
        hash.slice(0, 12),
        title,
      ]),
      'There is no benchmark.',
    );
    return { value: benchmarks, text };
  });
}

async function benchmarkNamed(client: LabClient, name: string): Promise<BenchmarkSummary> {
  const benchmarks = await client.benchmarks.list();
  const found = benchmarks.find((benchmark) => benchmark.name === name);
  if (found !== undefined) return found;
  throw new LabError({
    code: 'not_found',
    what: `There is no benchmark "${name}".`,
    why: 'Neither the program nor the lab home has one of that name.',
    fix: '"lab bench list" shows what there is.',
  });
}

export function showBenchmark(name: string, options: CommonOptions): Promise<Answer> {
  return withLab(options, async ({ client }) => {
    const benchmark = await benchmarkNamed(client, name);
    const tasks = await client.benchmarks.tasks({ name });
    const text = [
      `${bold(benchmark.title)}  ${benchmark.name} ${benchmark.version}`,
      benchmark.description,
      table(
        [{ title: 'task' }, { title: 'category' }, { title: 'constructs' }, { title: 'prompt' }],
        tasks.map(({ id, category, constructs, prompt }) => [
          id,
          category,
          constructs.join(', '),
          prompt.replaceAll('\n', ' ').slice(0, 80),
        ]),
        'It has no task.',
      ),
    ].join('\n');
    return { value: { ...benchmark, taskList: tasks }, text };
  });
}

/** A benchmark whose own solutions fail measures nothing. */
export function checkBenchmark(name: string, options: BenchCheckOptions): Promise<Answer> {
  return withLab(options, async ({ lab }) => {
    const progress = createProgress(process.stderr);
    const check = await lab.checkBenchmark(name, {
      allowUnsandboxed: options.allowUnsandboxed === true,
      onProgress: (judged, tasks) => progress.update(judged / tasks, `${judged} of ${tasks}`),
    });
    const { tasks, passed, failures, seconds, toolchain, sandbox } = check;
    progress.end(`${name}: judged ${tasks} tasks in ${duration(seconds)}`);
    const lines = failures.map(
      ({ taskId, failure, message }) => `${red('✗')} ${taskId}  ${failure ?? 'failed'}  ${message}`,
    );
    lines.push(
      failures.length === 0
        ? green(`Every one of the ${tasks} reference solutions passes.`)
        : `${passed} of ${tasks} reference solutions pass.`,
      `Judged by ${toolchain}, sandbox: ${sandbox}.`,
    );
    return { value: check, text: lines.join('\n'), exitCode: failures.length === 0 ? 0 : 1 };
  });
}
