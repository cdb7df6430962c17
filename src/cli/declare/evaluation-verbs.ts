import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { CompareOptions, EvaluateOptions } from '../verbs/evaluations';

export function addEvaluationVerbs(program: Command, setExitCode: SetExitCode): void {
  finishVerb<[string], EvaluateOptions>(
    program
      .command('eval <subject>')
      .description('measure a subject: a run, base:MODEL, reference, or replay:FILE')
      .requiredOption('--bench <name>', 'benchmark')
      .option('--repeats <number>', 'samples per task', '1')
      .option('--temperature <number>', '0 takes the most likely token', '0')
      .option('--seed <number>', 'of the sampling', '0')
      .option('--max-new-tokens <number>', "longest answer (default: the benchmark's own)")
      .option(
        '--allow-unsandboxed',
        'judge even where no sandbox works; generated code is hostile',
      ),
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
  finishVerb<[string, string], CompareOptions>(
    program
      .command('compare <a> <b>')
      .description('whether evaluation b is better than a; exit 3 when they cannot be compared')
      .option('--force', 'compare although the conditions differ; the result says so'),
    setExitCode,
    async ([a, b], options) => (await import('../verbs/evaluations')).compare(a, b, options),
  );
}
