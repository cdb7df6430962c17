/**
 * Judges one generation: extract → syntax → run → output or tests → constructs → gates. The verdict
 * is decided here; nothing that the judged program says or exits with can make it pass.
 */
import type { Task } from '@shared/benchmark';
import type { Generation, Judgement } from '@shared/judgement';
import { assemble } from './assemble';
import { judgeCalls } from './calls/judge-calls';
import { extractCode } from './extract-code';
import { judgeGates } from './gates';
import { judgeHarness } from './harness/judge-harness';
import { refuse } from './harness/refusals';
import { builder, type JudgeParts, program, runPatiently } from './programs';
import { compilerWords, endedWell, Report, whyEnded } from './report';
import { checkSyntax } from './syntax';
import type { StageEnd, Workplace } from './workplace';

export type { JudgeParts } from './programs';

/**
 * @param gates names of the toolchain's gates that count
 * @throws whatever `signal` was aborted with; a judgement is never made from half a run
 */
export function judge(
  parts: JudgeParts,
  task: Task,
  generation: Generation,
  gates: readonly string[],
  signal?: AbortSignal,
): Promise<Judgement> {
  return judgeBy(execute, parts, task, generation, gates, signal);
}

/**
 * What the program's author may be told: whether it compiles, runs and keeps the gates. Neither
 * hidden tests nor the expected output are looked at, so nothing of them can be in a message.
 */
export function check(
  parts: JudgeParts,
  task: Task,
  generation: Generation,
  gates: readonly string[],
  signal?: AbortSignal,
): Promise<Judgement> {
  return judgeBy(executeOpenly, parts, { ...task, constructs: [] }, generation, gates, signal);
}

async function judgeBy(
  executing: typeof execute,
  parts: JudgeParts,
  task: Task,
  generation: Generation,
  gates: readonly string[],
  signal?: AbortSignal,
): Promise<Judgement> {
  const report = new Report(task, generation);
  if (generation.finishReason === 'error') {
    return report.ours('generation', generation.error ?? 'The model gave no answer.');
  }
  const { definition } = parts.toolchain;
  const extracted = extractCode(generation.text, definition.fenceNames);
  const code = assemble(extracted, task, parts.constructs);
  report.code = code;
  report.stage('extract', code !== '', 0, 'no_code', code === '' ? 'The answer is empty.' : '');
  if (code === '') return report.finish();

  // A block's last line ends where the block does; a file's needs its own end for formatters.
  const text = code.endsWith('\n') ? code : `${code}\n`;
  const files = { ...definition.files, [definition.fileName]: text };
  return parts.boxes.use(files, (box) =>
    parts.boxes.useOutput(needsOutput(parts), async (out) => {
      const place: Workplace = { box, out, ...(signal === undefined ? {} : { signal }) };
      const executed = await executing(parts, task, files, place, report);
      if (executed.kind === 'ours') return report.ours('sandbox', executed.why);
      if (executed.kind === 'stopped') return report.finish();
      report.constructs(task, parts.constructs);
      const gated = await judgeGates(parts, gates, code, place, report);
      return gated.kind === 'ours' ? report.ours('sandbox', gated.why) : report.finish();
    }),
  );
}

const needsOutput = ({ toolchain: { definition } }: JudgeParts): boolean =>
  definition.build !== undefined || definition.tests?.kind === 'harness';

/** syntax → run → output or tests. */
async function execute(
  parts: JudgeParts,
  task: Task,
  files: Readonly<Record<string, string>>,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  const { tests } = parts.toolchain.definition;
  if (typeof task.tests !== 'string') return runForOutput(parts, task, place, report);
  if (tests === undefined) return { kind: 'ours', why: 'The toolchain knows no hidden tests.' };
  if (tests.kind === 'harness') {
    const syntax = () => checkSyntax(parts, place, report);
    return judgeHarness(parts, tests, task.tests, { files, syntax }, place, report);
  }
  if (parts.toolchain.definition.build !== undefined) {
    const built = await compile(parts, place, report);
    if (built.kind !== 'went-on') return built;
  }
  const hidden = { tests: task.tests, entryPoint: task.entryPoint ?? null };
  return judgeCalls(parts, tests, hidden, place, report);
}

/** syntax → run; what is compiled together with hidden tests need not run by itself. */
async function executeOpenly(
  parts: JudgeParts,
  task: Task,
  _files: Readonly<Record<string, string>>,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  const open = { ...task, tests: null, expectedOutput: null };
  const library =
    typeof task.tests === 'string' && parts.toolchain.definition.tests?.kind === 'harness';
  if (!library) return runForOutput(parts, open, place, report);
  const built = await compile(parts, place, report);
  if (built.kind !== 'went-on') return built;
  report.stage('syntax', true, 0, 'syntax', '');
  return refuse(parts, [], report) ? { kind: 'stopped' } : built;
}

async function runForOutput(
  parts: JudgeParts,
  task: Task,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  const { definition } = parts.toolchain;
  const run = () =>
    runPatiently(parts.sandbox, program(parts, definition.run, place.out), place.box, place.signal);
  const early = definition.runChecksSyntax ? await run() : null;
  if (early?.ending === 'refused') return { kind: 'ours', why: early.stderr };
  if (early === null || !endedWell(early)) {
    const built = await compile(parts, place, report);
    if (built.kind !== 'went-on') return built;
  }
  report.stage('syntax', true, 0, 'syntax', '');
  const ran = early ?? (await run());
  if (ran.ending === 'refused') return { kind: 'ours', why: ran.stderr };
  if (!report.program('run', ran, definition)) return { kind: 'stopped' };
  report.output(task, ran);
  return { kind: 'went-on' };
}

/** Compiles what is compiled, else looks at the syntax. Reports a failure only. */
async function compile(parts: JudgeParts, place: Workplace, report: Report): Promise<StageEnd> {
  const { definition } = parts.toolchain;
  if (definition.build === undefined) return checkSyntax(parts, place, report);
  const { command, failure } = definition.build;
  const confined = builder(parts, command, place.out);
  const built = await runPatiently(parts.sandbox, confined, place.box, place.signal);
  if (built.ending === 'refused') return { kind: 'ours', why: built.stderr };
  if (endedWell(built)) return { kind: 'went-on' };
  // A compiler names mistakes of syntax and of types alike; the syntax command tells them apart.
  const syntax = await checkSyntax(parts, place, report);
  if (syntax.kind !== 'went-on') return syntax;
  report.step('syntax', built, failure, whyEnded(compilerWords(built), confined.limits));
  return { kind: 'stopped' };
}
