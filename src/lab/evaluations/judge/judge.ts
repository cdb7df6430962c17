/**
 * Judges one generation: extract → syntax → run → output → constructs. The verdict is decided here,
 * from captured output; nothing that the judged program says or exits with can make it pass.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Task } from '@shared/benchmark';
import type { FailureKind, Generation, Judgement, StageResult } from '@shared/judgement';
import type { ConstructFinder } from '../constructs/find-constructs';
import type { Boxes } from '../sandbox/box';
import { type Captured, runConfined } from '../sandbox/run-confined';
import type { ConfinedProgram, Sandbox } from '../sandbox/sandbox';
import { commandLine, type FoundToolchain } from '../toolchains/find-toolchain';
import { outputDifference } from './compare-output';
import { extractCode } from './extract-code';
import { storedOutput, toolchainMessage } from './messages';

const startAttempts = 3;

export interface JudgeParts {
  readonly toolchain: FoundToolchain;
  readonly sandbox: Sandbox;
  readonly constructs: ConstructFinder;
  readonly boxes: Boxes;
}

/** @throws whatever `signal` was aborted with; a judgement is never made from half a run */
export async function judge(
  parts: JudgeParts,
  task: Task,
  generation: Generation,
  signal?: AbortSignal,
): Promise<Judgement> {
  const report = new Report(task, generation);
  if (generation.finishReason === 'error') {
    return report.ours('generation', generation.error ?? 'The model gave no answer.');
  }
  const { definition } = parts.toolchain;
  const code = extractCode(generation.text, definition.fenceNames);
  report.code = code;
  report.stage('extract', code !== '', 0, 'no_code', code === '' ? 'The answer is empty.' : '');
  if (code === '') return report.finish();

  return parts.boxes.use({ [definition.fileName]: code }, async (box) => {
    const run = (command: readonly string[]) =>
      runPatiently(parts.sandbox, program(parts, command), box, signal);
    const early = definition.runChecksSyntax ? await run(definition.run) : null;
    if (early?.ending === 'refused') return report.ours('sandbox', early.stderr);
    if (early !== null && endedWell(early)) {
      report.stage('syntax', true, 0, 'syntax', '');
    } else {
      const checked = await run(definition.syntax);
      if (checked.ending === 'refused') return report.ours('sandbox', checked.stderr);
      if (!report.program('syntax', checked, definition)) return report.finish();
    }
    const ran = early ?? (await run(definition.run));
    if (ran.ending === 'refused') return report.ours('sandbox', ran.stderr);
    if (!report.program('run', ran, definition)) return report.finish();

    report.output(task, ran);
    report.constructs(task, parts.constructs);
    return report.finish();
  });
}

/** A sandbox that does not start may only lack a process or memory for a moment. */
async function runPatiently(
  sandbox: Sandbox,
  confined: ConfinedProgram,
  box: string,
  signal?: AbortSignal,
): Promise<Captured> {
  for (let attempt = 1; ; attempt += 1) {
    const captured = await runConfined(sandbox, confined, box, signal);
    signal?.throwIfAborted();
    if (captured.ending !== 'refused' || attempt === startAttempts) return captured;
    await sleep(attempt * 250, undefined, signal === undefined ? {} : { signal });
  }
}

function program({ toolchain }: JudgeParts, command: readonly string[]): ConfinedProgram {
  const { definition, readable, environment } = toolchain;
  const file = `{box}/${definition.fileName}`;
  const [first = toolchain.program, ...rest] = commandLine(command, {
    program: toolchain.program,
    file,
  });
  return { argv: [first, ...rest], readable, environment, limits: definition };
}

const endedWell = (captured: Captured): boolean =>
  captured.ending === 'exited' && captured.exitCode === 0;

/** Gathers the stages of one judgement; the first failure names its kind. */
class Report {
  code = '';
  readonly #task: Task;
  readonly #generation: Generation;
  readonly #stages: StageResult[] = [];
  #failure: FailureKind | null = null;
  #message = '';
  #ran: Captured | null = null;

  constructor(task: Task, generation: Generation) {
    this.#task = task;
    this.#generation = generation;
  }

  stage(
    stage: StageResult['stage'],
    passed: boolean,
    milliseconds: number,
    kind: FailureKind,
    message: string,
  ): void {
    this.#stages.push({ stage, passed, milliseconds: Math.round(milliseconds * 10) / 10, message });
    if (passed || this.#failure !== null) return;
    this.#failure = kind;
    this.#message = message;
  }

  /** A check or a run of the program; true when it ended well. */
  program(stage: 'syntax' | 'run', captured: Captured, limits: LimitsSaid): boolean {
    this.#ran = captured;
    const passed = endedWell(captured);
    const timedOut = captured.ending === 'timeout';
    const kind = timedOut ? 'timeout' : stage === 'syntax' ? 'syntax' : 'runtime';
    const message = passed ? '' : whyEnded(captured, limits);
    this.stage(stage, passed, captured.milliseconds, kind, message);
    return passed;
  }

  output(task: Task, ran: Captured): void {
    if (task.expectedOutput === null || task.expectedOutput === undefined) return;
    const difference = outputDifference(task.expectedOutput, ran.stdout);
    this.stage('output', difference === null, 0, 'wrong_output', difference ?? '');
  }

  constructs(task: Task, finder: ConstructFinder): void {
    if (task.constructs.length === 0) return;
    const began = performance.now();
    const missing = finder.missing(this.code, task.constructs);
    const message = missing.length === 0 ? '' : `not used: ${missing.join(', ')}`;
    const took = performance.now() - began;
    this.stage('constructs', missing.length === 0, took, 'construct_missing', message);
  }

  /** A failure of ours, which says nothing of the model. */
  ours(kind: 'generation' | 'sandbox', message: string): Judgement {
    this.#failure = kind;
    this.#message = toolchainMessage(message) || 'The sandbox did not start the program.';
    return this.finish();
  }

  finish(): Judgement {
    return {
      taskId: this.#task.id,
      sample: this.#generation.sample,
      code: this.code,
      stages: this.#stages,
      passed: this.#failure === null,
      failure: this.#failure,
      message: this.#message,
      stdout: storedOutput(this.#ran?.stdout ?? ''),
      stderr: toolchainMessage(this.#ran?.stderr ?? ''),
      exitCode: this.#ran?.exitCode ?? null,
      signal: this.#ran?.signal ?? null,
    };
  }
}

type LimitsSaid = ConfinedProgram['limits'];

function whyEnded(captured: Captured, limits: LimitsSaid): string {
  if (captured.ending === 'timeout') return `did not end within ${limits.timeoutSeconds} s`;
  if (captured.ending === 'too-much-output') return `printed more than ${limits.outputBytes} bytes`;
  if (captured.ending === 'too-much-memory') {
    return `needed more than ${limits.memoryMegabytes} MB of memory`;
  }
  const said = toolchainMessage(captured.stderr);
  const ended = captured.signal ?? `exit code ${captured.exitCode}`;
  return said === '' ? `ended with ${ended} and said nothing` : said;
}
