/** Puts evaluations into the queue: folder first, then row and job in one step. */
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LabError } from '@shared/errors';
import type { Agent, EvaluationSpec } from '@shared/evaluation';
import type { queuedEvaluationSchema } from '@shared/preset';
import type { RunSpec } from '@shared/run-spec';
import { type DrawingChoice, drawingChoiceSchema, samplingOf } from '@shared/sampling';
import writeFileAtomic from 'write-file-atomic';
import type { z } from 'zod';
import { type Benchmark, loadBenchmark } from '../benchmarks/load-benchmark';
import type { LabContext } from '../context';
import { enqueueJob, forgetPredecessors } from '../queue/enqueue';
import { newId } from '../store/ids';
import { agentLabel, agentOf, gatesTold, requireAnswering } from './agent/agent-subject';
import { answeringFor } from './answering';
import { keyOf } from './comparability';
import { baseHashOf, insertEvaluation, reusableBase } from './evaluation-rows';
import { requireJudgeable } from './judge/judgeable';
import { keepSubject, runSubject } from './run-subjects';
import { baseModel, type FoundSubject, findSubject } from './subjects';
import { findToolchain } from './toolchains/find-toolchain';

export interface EvaluationRequest extends DrawingChoice {
  readonly subject: string;
  readonly benchmark: string;
  readonly repeats: number;
  /** Of an agent loop. */
  readonly rounds?: number | undefined;
  /** Tell it of every gate of the toolchain. */
  readonly allGates?: boolean | undefined;
  readonly allowUnsandboxed: boolean;
}

interface Plan {
  readonly found: FoundSubject;
  readonly benchmark: Benchmark;
  readonly agent: Agent | null;
  readonly allGates: boolean;
  readonly sampling: DrawingChoice & { readonly repeats: number };
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
  const { plainSubject, agent } = agentOf(request.subject, request.rounds, request.allGates);
  const [found, benchmark] = await Promise.all([
    findSubject(context, plainSubject),
    loadBenchmark(context, request.benchmark),
  ]);
  requireAnswering(agent, found);
  const answering = await answeringFor(context, [found]);
  const { repeats, allGates = false, allowUnsandboxed } = request;
  const drawing = drawingChoiceSchema.parse(request);
  const spec = await specOf(context, {
    found,
    agent,
    allGates,
    benchmark,
    sampling: { repeats, ...drawing },
    ...answering,
    promptFormat: found.promptFormat,
    allowUnsandboxed,
  });
  const prepared = await prepare(context, spec, benchmark);
  return enqueueOne(context, { ...prepared, reusable: false }, []);
}

/** An evaluation whose folder is written, but which is not in the queue yet. */
export interface PreparedEvaluation {
  readonly spec: EvaluationSpec;
  readonly title: string;
  readonly samples: number;
  /** It measures the base model, for which an equal evaluation may be there already. */
  readonly reusable: boolean;
}

/**
 * The evaluations that follow a training: for each benchmark the base model and the tuned one. Only
 * their folders are written; a folder without a row in the store is nothing yet.
 */
export async function prepareRunEvaluations(
  context: LabContext,
  run: RunSpec,
  evaluations: readonly z.output<typeof queuedEvaluationSchema>[],
): Promise<readonly PreparedEvaluation[]> {
  const prepared: PreparedEvaluation[] = [];
  // An evaluation's device has no architecture, and the worker takes no unknown fields.
  const { architecture: _, ...device } = run.device;
  for (const { benchmark: name, repeats, temperature } of evaluations) {
    const benchmark = await loadBenchmark(context, name);
    const base = await baseModel(context, run.model.source, run.quantization, run.precision);
    for (const found of [base, runSubject(context, run)]) {
      const spec = await specOf(context, {
        found,
        agent: null,
        allGates: false,
        benchmark,
        sampling: { repeats, temperature, seed: 0 },
        device,
        backend: run.backend,
        promptFormat: run.data.promptFormat,
        allowUnsandboxed: false,
      });
      const reusable = found === base;
      if (reusable && reusableId(context, spec) !== null) {
        prepared.push({ ...describe(spec, benchmark), reusable });
      } else {
        prepared.push({ ...(await prepare(context, spec, benchmark)), reusable });
      }
    }
  }
  return prepared;
}

/**
 * Queues what was prepared, inside the caller's transaction. An equal evaluation of the base model
 * is reused. Those of the tuned model wait for `tunedAfter` too. Returns the ids, a reused one's
 * included.
 */
export function enqueuePrepared(
  context: LabContext,
  prepared: readonly PreparedEvaluation[],
  after: readonly string[],
  tunedAfter: readonly string[] = [],
): string[] {
  return prepared.map((evaluation) => {
    if (!evaluation.reusable) return enqueueOne(context, evaluation, [...after, ...tunedAfter]);
    const known = reusableId(context, evaluation.spec);
    if (known === null) return enqueueOne(context, evaluation, after);
    // Shared by several trainings, it must not be cancelled with the one that it was queued for.
    forgetPredecessors(context.store, known);
    return known;
  });
}

/** Removes the folders of evaluations that will not be queued after all. */
export async function discardPrepared(
  context: LabContext,
  prepared: readonly PreparedEvaluation[],
): Promise<void> {
  for (const { spec } of prepared) {
    await rm(context.home.evaluationFolder(spec.id), { recursive: true, force: true });
  }
}

const reusableId = (context: LabContext, spec: EvaluationSpec): string | null =>
  reusableBase(context.store, spec.key, baseHashOf(spec.subject));

async function specOf(context: LabContext, plan: Plan): Promise<EvaluationSpec> {
  const { found, benchmark } = plan;
  const { manifest } = benchmark;
  const toolchain = await findToolchain(context, manifest.toolchain);
  requireJudgeable(toolchain.definition, benchmark.tasks, manifest.gates);
  const gates = gatesTold(toolchain.definition, manifest.gates, plan.allGates);
  const comparability: EvaluationSpec['comparability'] = {
    benchmark: manifest.name,
    benchmarkVersion: manifest.version,
    benchmarkHash: benchmark.hash,
    promptFormat: plan.promptFormat,
    systemPrompt: manifest.systemPrompt,
    sampling: samplingOf({
      ...plan.sampling,
      maxNewTokens: plan.sampling.maxNewTokens ?? manifest.maxNewTokens,
    }),
    toolchain: manifest.toolchain,
    toolchainVersion: toolchain.version,
  };
  return {
    schemaVersion: 1,
    kind: 'generate',
    id: newId(),
    createdAt: new Date().toISOString(),
    subject: found.subject,
    ...(plan.agent === null ? {} : { agent: { ...plan.agent, gates } }),
    subjectLabel: plan.agent === null ? found.label : agentLabel(found.label, plan.agent),
    comparability,
    key: keyOf(comparability),
    tasksPath: 'tasks.jsonl',
    backend: plan.backend,
    device: plan.device,
    precision: found.precision,
    allowUnsandboxed: plan.allowUnsandboxed,
    gates: manifest.gates,
  };
}

const describe = (spec: EvaluationSpec, benchmark: Benchmark) => ({
  spec,
  title: `Evaluate ${spec.subjectLabel} · ${benchmark.manifest.name}`,
  samples: benchmark.tasks.length * spec.comparability.sampling.repeats,
});

/** Writes the folder of an evaluation. */
async function prepare(context: LabContext, planned: EvaluationSpec, benchmark: Benchmark) {
  const folder = context.home.evaluationFolder(planned.id);
  try {
    await mkdir(folder, { recursive: true });
    const subject = await keepSubject(planned.subject, join(folder, 'adapter'));
    const spec = { ...planned, subject };
    const tasks = benchmark.tasks.map((task) => `${JSON.stringify(task)}\n`).join('');
    await writeFileAtomic(join(folder, 'tasks.jsonl'), tasks);
    await writeFileAtomic(join(folder, 'spec.json'), `${JSON.stringify(spec, null, 2)}\n`);
    return describe(spec, benchmark);
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    if (error instanceof LabError) throw error;
    throw new LabError({
      code: 'failed',
      what: `The evaluation's folder could not be written: ${folder}`,
      why: error instanceof Error ? error.message : String(error),
      fix: 'Make room on the disk, or choose another lab home with --home.',
    });
  }
}

function enqueueOne(
  context: LabContext,
  { spec, title, samples }: PreparedEvaluation,
  after: readonly string[],
): string {
  const needsDevice = ['base-model', 'run', 'merged', 'gguf'].includes(spec.subject.kind);
  context.store.transaction(() => {
    insertEvaluation(context.store, spec, samples);
    enqueueJob(context, {
      kind: 'evaluate',
      title,
      targetId: spec.id,
      device: needsDevice ? spec.device.id : null,
      after,
    });
    context.changes.publish('evaluations', spec.id);
    if ('runId' in spec.subject) context.changes.publish('runs', spec.subject.runId);
  });
  return spec.id;
}
