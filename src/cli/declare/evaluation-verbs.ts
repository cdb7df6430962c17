import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { CompareOptions } from '../verbs/compare';
import type { EvaluateOptions } from '../verbs/evaluations';
import { addSamplingOptions } from './sampling-options';

export function addEvaluationVerbs(program: Command, setExitCode: SetExitCode): void {
  finishVerb<[string], EvaluateOptions>(
    addSamplingOptions(
      program
        .command('eval <subject>')
        .description(
          'measure a subject: a run, a checkpoint (RUN@STEP, RUN@latest), merged:RUN, base:MODEL, gguf:FILE, endpoint:NAME, reference, replay:FILE; agent: before it lets it mend its programs',
        )
        .requiredOption('--bench <name>', 'benchmark')
        .option('--repeats <number>', 'samples per task', '1')
        .option('--rounds <number>', 'of agent:SUBJECT, the first answer included (default: 3)')
        .option(
          '--all-gates',
          'of agent:SUBJECT: tell it of all rules of the toolchain, not of those alone that count',
        ),
      'greedy, as long as the benchmark says',
    ).option('--allow-unsandboxed', 'judge even where no sandbox works; generated code is hostile'),
    setExitCode,
    async ([subject], options) => (await import('../verbs/evaluations')).evaluate(subject, options),
  );
  const evaluations = program
    .command('evaluations')
    .description('finished and running evaluations');
  finishVerb<[], CommonOptions>(
    evaluations.command('list', { isDefault: true }).description('all evaluations'),
    setExitCode,
    async (_, options) => (await import('../verbs/evaluations')).listEvaluations(options),
  );
  finishVerb<[string], CommonOptions>(
    evaluations.command('show <evaluation>').description('the result of one evaluation'),
    setExitCode,
    async ([id], options) => (await import('../verbs/evaluations')).showEvaluation(id, options),
  );
  finishVerb<[string, string, string[]], CompareOptions>(
    program
      .command('compare <a> <b> [more...]')
      .description(
        'whether evaluation b is better than a, and any more than a; exit 3 when they cannot be compared',
      )
      .option('--force', 'compare although the conditions differ; the result says so'),
    setExitCode,
    async ([a, b, more], options) =>
      (await import('../verbs/compare')).compare([a, b, ...more], options),
  );
  finishVerb<[string], CommonOptions>(
    program
      .command('leaderboard <benchmark>')
      .description('all finished evaluations of a benchmark, with ranks as far as tests tell'),
    setExitCode,
    async ([benchmark], options) =>
      (await import('../verbs/compare')).leaderboard(benchmark, options),
  );
}
