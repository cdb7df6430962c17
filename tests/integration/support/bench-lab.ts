/** A lab context on a temporary home, whose Python environment is the fixture worker. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { LabContext } from '@lab/context';
import { enqueueJob } from '@lab/queue/enqueue';
import type { JobRunner } from '@lab/queue/job-runner';
import type { JobRunners } from '@lab/queue/scheduler';
import { insertRun } from '@lab/runs/run-rows';
import { ChangeBus } from '@lab/store/changes';
import { openHome } from '@lab/store/home';
import { newId } from '@lab/store/ids';
import { Store } from '@lab/store/store';
import { type Job, jobKindSchema } from '@shared/job';
import { presetSchema } from '@shared/preset';
import type { RunSpec } from '@shared/run-spec';
import { pino } from 'pino';

const repository = resolve(import.meta.dirname, '..', '..', '..');
const fixtureWorker = join(repository, 'tests', 'fixtures', 'workers', 'fixture-worker.mjs');

export function temporaryFolder(): string {
  return mkdtempSync(join(tmpdir(), 'lorabench-test-'));
}

/** An environments folder whose `torch-cpu` interpreter is the fixture worker. */
export function fixtureEnvironments(folder: string): string {
  const bin = join(folder, 'environments', 'torch-cpu', 'bin');
  mkdirSync(bin, { recursive: true });
  chmodSync(fixtureWorker, 0o755);
  symlinkSync(fixtureWorker, join(bin, 'python'));
  return join(folder, 'environments');
}

export interface TestContext extends LabContext {
  dispose(): void;
}

export function openContext(folder: string): TestContext {
  const home = openHome(join(folder, 'home'));
  const store = new Store(home.database);
  const changes = new ChangeBus(store);
  return {
    home,
    store,
    changes,
    log: pino({ level: 'silent' }),
    places: {
      resources: join(repository, 'resources'),
      python: join(repository, 'python'),
      environments: join(folder, 'environments'),
    },
    dispose() {
      changes.close();
      store.close();
    },
  };
}

export function removeFolder(folder: string): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** A complete specification with the preset's defaults; nothing in it exists on disk. */
export function exampleSpec(id: string, device = 'cpu'): RunSpec {
  const preset = presetSchema.parse({
    schemaVersion: 1,
    name: 'fixture',
    title: 'Fixture',
    model: 'starter',
    corpus: 'starter',
  });
  return {
    schemaVersion: 1,
    kind: 'train',
    id,
    name: `fixture ${id.slice(-4)}`,
    createdAt: new Date().toISOString(),
    preset: preset.name,
    overrides: {},
    backend: 'torch',
    device: {
      id: device,
      kind: 'cpu',
      name: 'CPU',
      threads: 1,
      architecture: null,
      recorded: false,
    },
    model: { source: 'starter', path: '/nowhere', hash: 'a' },
    corpus: { source: 'starter', path: '/nowhere', hash: 'b', version: null },
    data: preset.data,
    adapter: preset.adapter,
    quantization: { ...preset.quantization, computeType: 'float32' },
    schedule: preset.schedule,
    batch: { ...preset.batch, micro: 16, accumulation: 1 },
    monitoring: preset.monitoring,
    precision: 'float32',
    attention: 'sdpa',
    attentionReason: '',
    seed: 1,
    adjustments: [],
  };
}

/** The fixture worker waits after step `at` for the file `until`, relative to the run's folder. */
export interface Hold {
  readonly at: number;
  readonly until: string;
}

export interface FixturePlan {
  readonly mode?: string;
  readonly steps?: number;
  readonly delay?: number;
  readonly resumeAt?: number;
  readonly holds?: readonly Hold[];
}

/** Runners of a scheduler under test; a job of another kind is a mistake of the test. */
export function runnersWith(some: Partial<JobRunners>): JobRunners {
  const none = (kind: string): JobRunner => ({
    run: () => Promise.reject(new Error(`there are no ${kind} jobs here`)),
  });
  const missing = Object.fromEntries(jobKindSchema.options.map((kind) => [kind, none(kind)]));
  return { ...missing, ...some } as JobRunners;
}

/** Puts a training by the fixture worker into the queue. */
export function enqueueFixture(
  context: LabContext,
  plan: FixturePlan,
  options: { readonly device?: string; readonly after?: readonly string[] } = {},
): Job {
  const spec = exampleSpec(newId(), options.device);
  const folder = context.home.runFolder(spec.id);
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'spec.json'), JSON.stringify(spec));
  writeFileSync(join(folder, 'fixture.json'), JSON.stringify(plan));
  return context.store.transaction(() => {
    insertRun(context.store, spec);
    return enqueueJob(context, {
      kind: 'train',
      title: `Train ${spec.name}`,
      targetId: spec.id,
      device: spec.device.id,
      after: options.after ?? [],
    });
  });
}

export async function until(
  condition: () => boolean | Promise<boolean>,
  what: string,
  seconds = 60,
): Promise<void> {
  const end = Date.now() + seconds * 1000;
  while (Date.now() < end) {
    if (await condition()) return;
    await new Promise((wake) => setTimeout(wake, 25));
  }
  throw new Error(`Waited ${seconds} s in vain until ${what}.`);
}
