/** Gathers what the stages of one judgement say; the first failure names its kind. */
import type { Task } from '@shared/benchmark';
import type { FailureKind, Generation, Judgement, StageResult } from '@shared/judgement';
import type { ConstructFinder } from '../constructs/find-constructs';
import type { Captured } from '../sandbox/run-confined';
import type { ConfinedProgram } from '../sandbox/sandbox';
import { outputDifference } from './compare-output';
import { shortMessage, storedOutput, toolchainMessage } from './messages';
import type { TestsOutcome } from './tests-outcome';

export const endedWell = (captured: Captured): boolean =>
  captured.ending === 'exited' && captured.exitCode === 0;

export class Report {
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

  /** A step of the toolchain's that is no run of the program: a build, a gate. */
  step(stage: StageResult['stage'], captured: Captured, kind: FailureKind, message: string): void {
    this.#ran = captured;
    this.stage(stage, message === '', captured.milliseconds, kind, message);
  }

  /** Of hidden tests: every expected one must be there and have passed. */
  tests(outcome: TestsOutcome, milliseconds: number): void {
    const { results, ended } = outcome;
    const failed = results.filter(({ passed }) => !passed);
    const passed = results.length > 0 && failed.length === 0 && ended === null;
    const counted = `${results.length - failed.length} of ${results.length} tests passed`;
    const named = failed.slice(0, 5).map(({ name, message }) => `${name}: ${message}`.trim());
    const kind = outcome.timedOut ? 'timeout' : 'tests_failed';
    const lines = passed ? [] : [...(ended === null ? [] : [ended]), counted, ...named];
    this.stage('tests', passed, milliseconds, kind, shortMessage(lines.join('\n')));
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

/** Some compilers, such as tsc, say on standard output what is wrong. */
export const compilerWords = (captured: Captured): Captured => ({
  ...captured,
  stderr: captured.stderr || captured.stdout,
});

export function whyEnded(captured: Captured, limits: LimitsSaid): string {
  if (captured.ending === 'timeout') return `did not end within ${limits.timeoutSeconds} s`;
  if (captured.ending === 'too-much-output') return `printed more than ${limits.outputBytes} bytes`;
  if (captured.ending === 'too-much-memory') {
    return `needed more than ${limits.memoryMegabytes} MB of memory`;
  }
  const said = toolchainMessage(captured.stderr);
  const ended = captured.signal ?? `exit code ${captured.exitCode}`;
  return said === '' ? `ended with ${ended} and said nothing` : said;
}
