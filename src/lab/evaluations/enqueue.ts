/** Puts evaluations into the queue: folder first, then row and job in one step. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { EvaluationSpec } from '@shared/evaluation';
import type { queuedEvaluationSchema } from '@shared/preset';
import type { RunSpec } from '@shared/run-spec';
import { type Sampling, samplingSchema } from '@shared/sampling';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { type Benchmark, loadBenchmark } from '../benchmarks/load-benchmark';
import type { LabContext } from '../context';
import { workerThreads } from '../devices/cpu';
import { findDevice } from '../devices/devices';
import { enqueueJob, forgetPredecessors } from '../queue/enqueue';
import { newId } from '../store/ids';
import { keyOf } from './comparability';
import { baseHashOf, insertEvaluation, reusableBase } from './evaluation-rows';
import { requireJudgeable } from './judge/judgeable';
import { baseModel, type FoundSubject, findSubject, runSubject } from './subjects';
import { findToolchain } from './toolchains/find-toolchain';

export interface EvaluationRequest {
  readonly subject: string;
  readonly benchmark: string;
  readonly repeats: number;
  readonly temperature: number;
  readonly seed: number;
  readonly maxNewTokens?: number | undefined;
  readonly allowUnsandboxed: boolean;
}

interface Plan {
  readonly found: FoundSubject;
  readonly benchmark: Benchmark;
  readonly sampling: Partial<Sampling>;
  readonly device: EvaluationSpec['device'];
  readonly backend: EvaluationSpec['backend'];
  readonly promptFormat: RunSpec['data']['promptFormat'];
  readonly allowUnsandboxed: boolean;
}

/** @throws LabError when subject, benchmark or toolchain cannot be used */
export async function enqueueEvaluation(
  context: LabContext,
  request: EvaluationRequest,
): Promise<string> {
  const [found, benchmark, device] = await Promise.all([
    findSubject(context, request.subject),
    loadBenchmark(context, request.benchmark),
    findDevice(),
  ]);
  const { repeats, temperature, seed, maxNewTokens } = request;
  const spec = await specOf(context, {
    found,
    benchmark,
    sampling: {
      repeats,
      temperature,
      seed,
      ...(maxNewTokens === undefined ? {} : { maxNewTokens }),
    },
    device: { id: device.id, kind: device.kind, name: device.name, threads: workerThreads() },
    backend: device.kind === 'mlx' ? 'mlx' : 'torch',
    promptFormat: found.promptFormat,
    allowUnsandboxed: request.allowUnsandboxed,
  });
  return add(context, spec, benchmark, []);
}

/**
 * The evaluations that follow a training: for each benchmark the base model, unless it was evaluated
 * under the same conditions before, and the tuned one. Returns their ids, a reused one's included.
 */
export async function enqueueRunEvaluations(
  context: LabContext,
  run: RunSpec,
  evaluations: readonly z.output<typeof queuedEvaluationSchema>[],
  afterJobId: string,
): Promise<string[]> {
  const ids: string[] = [];
  for (const { benchmark: name, repeats, temperature } of evaluations) {
    const benchmark = await loadBenchmark(context, name);
    const base = await baseModel(context, run.model.source, run.quantization, run.precision);
    for (const found of [base, runSubject(context, run)]) {
      const spec = await specOf(context, {
        found,
        benchmark,
        sampling: { repeats, temperature, seed: 0 },
        device: run.device,
        backend: run.backend,
        promptFormat: run.data.promptFormat,
        allowUnsandboxed: false,
      });
      const known =
        found === base ? reusableBase(context.store, spec.key, baseHashOf(spec.subject)) : null;
      // Shared by several trainings, it must not be cancelled with the one that it was queued for.
      if (known !== null) forgetPredecessors(context.store, known);
      ids.push(known ?? (await add(context, spec, benchmark, [afterJobId])));
    }
  }
  return ids;
}

async function specOf(context: LabContext, plan: Plan): Promise<EvaluationSpec> {
  const { found, benchmark } = plan;
  const { manifest } = benchmark;
  const toolchain = await findToolchain(context, manifest.toolchain);
  requireJudgeable(toolchain.definition, benchmark.tasks);
  const comparability: EvaluationSpec['comparability'] = {
    benchmark: manifest.name,
    benchmarkVersion: manifest.version,
    benchmarkHash: benchmark.hash,
    promptFormat: plan.promptFormat,
    systemPrompt: manifest.systemPrompt,
    sampling: samplingSchema.parse({ maxNewTokens: manifest.maxNewTokens, ...plan.sampling }),
    toolchain: manifest.toolchain,
    toolchainVersion: toolchain.version,
  };
  return {
    schemaVersion: 1,
    kind: 'generate',
    id: newId(),
    createdAt: new Date().toISOString(),
    subject: found.subject,
    subjectLabel: found.label,
    comparability,
    key: keyOf(comparability),
    tasksPath: 'tasks.jsonl',
    backend: plan.backend,
    device: plan.device,
    precision: found.precision,
    allowUnsandboxed: plan.allowUnsandboxed,
  };
}

async function add(
  context: LabContext,
  spec: EvaluationSpec,
  benchmark: Benchmark,
  after: readonly string[],
): Promise<string> {
  const folder = context.home.evaluationFolder(spec.id);
  try {
    await mkdir(folder, { recursive: true });
    const tasks = benchmark.tasks.map((task) => `${JSON.stringify(task)}\n`).join('');
    await writeFileAtomic(join(folder, 'tasks.jsonl'), tasks);
    await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw new LabError({
      code: 'failed',
      what: `The evaluation's folder could not be written: ${folder}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
  const needsDevice = spec.subject.kind === 'base-model' || spec.subject.kind === 'run';
  context.store.transaction(() => {
    insertEvaluation(
      context.store,
      spec,
      benchmark.tasks.length * spec.comparability.sampling.repeats,
    );
    enqueueJob(context, {
      kind: 'evaluate',
      title: `Evaluate ${spec.subjectLabel} · ${benchmark.manifest.name}`,
      targetId: spec.id,
      device: needsDevice ? spec.device.id : null,
      after,
    });
  });
  context.changes.publish('evaluations', spec.id);
  if (spec.subject.kind === 'run') context.changes.publish('runs', spec.subject.runId);
  return spec.id;
}
