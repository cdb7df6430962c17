/** Judges by hidden tests that call the program over a pipe. */
import type { Testing } from '@shared/toolchain';
import type { Captured } from '../../sandbox/run-confined';
import { type JudgeParts, program, runPatiently } from '../programs';
import { type Report, whyEnded } from '../report';
import { checkSyntax } from '../syntax';
import type { StageEnd, Workplace } from '../workplace';
import { type Beginning, endedEarly, ServedProgram } from './served-program';
import type { HiddenTests } from './testers';

type Calls = Extract<Testing, { kind: 'calls' }>;

export async function judgeCalls(
  parts: JudgeParts,
  testing: Calls,
  tests: HiddenTests,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  const { definition } = parts.toolchain;
  if (parts.testers === null) throw new Error('Hidden tests without a tester.');
  const confined = program(parts, testing.program, place.out);
  const served = new ServedProgram();
  const began = performance.now();
  const ending = runPatiently(
    parts.sandbox,
    { ...confined, readable: [...confined.readable, parts.toolchain.drivers] },
    place.box,
    place.signal,
    () => served.talk(),
  ).then((captured) => {
    served.ended();
    return captured;
  });
  const beginning = await Promise.race([served.beginning, ending.then(() => served.beginning)]);
  if (beginning.kind !== 'ready') {
    served.finish();
    return notLoaded(parts, beginning, await ending, place, report);
  }
  const asking = (request: string) => served.ask(request);
  const answer = await parts.testers.run(tests, asking, definition.timeoutSeconds * 2);
  const milliseconds = performance.now() - began;
  served.finish();
  const captured = await ending;
  if (answer.kind === 'broken') {
    return { kind: 'ours', why: `The hidden tests of the task cannot be run: ${answer.why}` };
  }
  report.stage('syntax', true, 0, 'syntax', '');
  report.stage('run', true, 0, 'runtime', '');
  const early = served.missed ? endedEarly : null;
  const ended = captured.ending === 'exited' ? early : whyEnded(captured, definition);
  const timedOut = captured.ending === 'timeout';
  report.tests({ results: answer.results, ended, timedOut }, milliseconds);
  return { kind: 'went-on' };
}

/** Says whether it is the syntax, or what the program did while it was loaded. */
async function notLoaded(
  parts: JudgeParts,
  beginning: Exclude<Beginning, { kind: 'ready' }>,
  captured: Captured,
  place: Workplace,
  report: Report,
): Promise<StageEnd> {
  if (captured.ending === 'refused') return { kind: 'ours', why: captured.stderr };
  const { definition } = parts.toolchain;
  const syntax = await checkSyntax(parts, place, report);
  if (syntax.kind !== 'went-on') return syntax;
  report.stage('syntax', true, 0, 'syntax', '');
  // A program that ended with exit code 0 while it was loaded has not been tested all the same.
  const silent = 'the program ended before its tests began';
  const stderr = beginning.kind === 'failed' ? beginning.why : captured.stderr || silent;
  report.program('run', { ...captured, exitCode: captured.exitCode || 1, stderr }, definition);
  return { kind: 'stopped' };
}
