/** A small benchmark and a short preset in a lab home, for tests that judge or train for real. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type BenchmarkManifest, type Task, taskSchema } from '@shared/benchmark';
import { repository } from './command';

/** Writes every fifteenth task of the starter benchmark as benchmark `name`; returns the tasks. */
export function addFewTasks(
  home: string,
  name: string,
  change: (task: Task) => Task = (task) => task,
): readonly Task[] {
  const starter = join(repository, 'resources', 'benchmarks', 'starter');
  const folder = join(home, 'benchmarks', name);
  mkdirSync(folder, { recursive: true });
  const text = readFileSync(join(starter, 'benchmark.json'), 'utf8');
  const manifest = JSON.parse(text) as BenchmarkManifest;
  const tasks = readFileSync(join(starter, manifest.file), 'utf8')
    .trim()
    .split('\n')
    .filter((_, index) => index % 15 === 0)
    .map((line) => change(taskSchema.parse(JSON.parse(line))));
  const described = { ...manifest, name, title: 'A few tasks' };
  writeFileSync(join(folder, 'benchmark.json'), JSON.stringify(described));
  const lines = tasks.map((task) => `${JSON.stringify(task)}\n`).join('');
  writeFileSync(join(folder, manifest.file), lines);
  return tasks;
}

/** A preset `short` of the starter model that ends after a few steps and is measured on `few`. */
export function addShortPreset(home: string, maxSteps: number): void {
  addFewTasks(home, 'few');
  mkdirSync(join(home, 'presets'), { recursive: true });
  const preset = [
    'schemaVersion: 1',
    'name: short',
    'title: Short',
    'model: starter',
    'corpus: starter',
    `schedule: {maxSteps: ${maxSteps}, learningRate: 3e-3, warmupSteps: 2}`,
    'evaluations: [{benchmark: few}]',
    '',
  ].join('\n');
  writeFileSync(join(home, 'presets', 'short.yaml'), preset);
}
