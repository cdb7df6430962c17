/**
 * What the preset 3B v7 needs, small enough for any machine: a model under the 3B's name in a hub
 * cache, a corpus v7 and a benchmark in the lab home, and the preset itself cut to a few steps.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse as parseYaml, stringify as toYaml } from 'yaml';
import { addFewTasks } from '../../integration/support/few-tasks';
import { repository } from './lab-home';

const resources = join(repository, 'resources');
const commit = '0123456789abcdef0123456789abcdef01234567';
export const modelName = 'Qwen/Qwen2.5-Coder-3B-Instruct';

/** The recording of a machine with a Radeon RX 7900 GRE of 16 GB. */
export const radeon = join(repository, 'tests', 'fixtures', 'machines', 'rx-7900-gre');

/** Puts the starter model where a download of the 3B would lie. */
export function addStandInModel(hubCache: string): void {
  const folder = join(hubCache, `models--${modelName.replace('/', '--')}`);
  mkdirSync(join(folder, 'refs'), { recursive: true });
  writeFileSync(join(folder, 'refs', 'main'), commit);
  const snapshot = join(folder, 'snapshots', commit);
  cpSync(join(resources, 'models', 'starter'), snapshot, { recursive: true });
}

/** A corpus v7 of `rows` examples. */
export function addCorpus(home: string, rows: number): void {
  const starter = join(resources, 'corpora', 'starter');
  const folder = join(home, 'corpora', 'v7');
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.parse(readFileSync(join(starter, 'corpus.json'), 'utf8')) as object;
  writeFileSync(
    join(folder, 'corpus.json'),
    JSON.stringify({ ...manifest, name: 'v7', version: 'v7', title: 'Version 7' }),
  );
  const lines = readFileSync(join(starter, 'train.jsonl'), 'utf8').split('\n').slice(0, rows);
  writeFileSync(join(folder, 'train.jsonl'), `${lines.join('\n')}\n`);
}

/** The shipped preset, but for how long it trains and what it is measured on. */
export function addShortPreset(home: string, maxSteps: number): void {
  addFewTasks(home, 'few');
  const shipped = parseYaml(readFileSync(join(resources, 'presets', '3b.yaml'), 'utf8')) as {
    schedule: object;
  };
  const short = {
    ...shipped,
    schedule: { ...shipped.schedule, maxSteps },
    evaluations: [{ benchmark: 'few' }],
  };
  writeFileSync(join(home, 'presets', '3b.yaml'), toYaml(short));
}
