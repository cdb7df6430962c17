/** Benchmarks as the shells use them. */
import type { BenchmarkSummary, Task } from '@shared/benchmark';
import type { LabContext } from '../context';
import { exportBenchmark, type ImportRequest, importBenchmark } from './import-benchmark';
import { type Benchmark, loadBenchmark, locateBenchmarks, readBenchmark } from './load-benchmark';

export function createBenchmarksService(context: LabContext) {
  return {
    /** Every benchmark. One that cannot be read is left out and logged; naming it says why. */
    async list(): Promise<BenchmarkSummary[]> {
      const summaries: BenchmarkSummary[] = [];
      for (const located of await locateBenchmarks(context)) {
        try {
          summaries.push(summaryOf(await readBenchmark(located)));
        } catch (error) {
          context.log.warn({ path: located.manifestPath, err: error }, 'benchmark left out');
        }
      }
      return summaries;
    },

    async tasks(input: { readonly name: string }): Promise<Task[]> {
      return [...(await loadBenchmark(context, input.name)).tasks];
    },

    async import(input: ImportRequest) {
      return importBenchmark(context, input);
    },

    async export(input: { readonly name: string; readonly layout: string }) {
      return exportBenchmark(context, input);
    },
  };
}

function summaryOf({ manifest, tasks, hash, source }: Benchmark): BenchmarkSummary {
  const { name, version, title, description, toolchain, toy } = manifest;
  const categories: Record<string, number> = {};
  for (const { category } of tasks) categories[category] = (categories[category] ?? 0) + 1;
  const count = tasks.length;
  return {
    name,
    version,
    title,
    description,
    toolchain,
    toy,
    hash,
    source,
    categories,
    tasks: count,
  };
}
