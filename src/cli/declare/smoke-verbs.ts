import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { SmokeOptions } from '../verbs/smoke';
import { addSamplingOptions } from './sampling-options';

export function addSmokeVerbs(program: Command, setExitCode: SetExitCode): void {
  const smoke = program
    .command('smoke <subjects...>')
    .description('one prompt for one or several subjects; exit 3 when an answer is not as expected')
    .option('--prompt <text>', 'what is asked')
    .option('--bench <name>', 'benchmark whose task, system prompt and sampling are used')
    .option('--task <id>', 'the task of it')
    .option('--check <name>', 'a saved smoke test')
    .option('--system <text>', "system prompt (default: the benchmark's, else none)")
    .option(
      '--expect <what=value...>',
      'finishReason, minTokens, maxTokens, noLeakedTurns, toolCall, contains, matches',
    )
    .option('--save <name>', 'save it, with what is expected, for --check and for presets')
    .option('--replace', 'replace the saved one of that name');
  finishVerb<[string[]], SmokeOptions>(
    addSamplingOptions(smoke, "the task's or the check's, else 0.3"),
    setExitCode,
    async ([subjects], options) => (await import('../verbs/smoke')).smoke(subjects, options),
  );
  const smokes = program.command('smokes').description('saved smoke tests');
  finishVerb<[], CommonOptions>(
    smokes.command('list', { isDefault: true }).description('all saved smoke tests'),
    setExitCode,
    async (_, options) => (await import('../verbs/smoke')).listChecks(options),
  );
  finishVerb<[string], CommonOptions>(
    smokes.command('remove <name>').description('move one to the trash of the lab home'),
    setExitCode,
    async ([name], options) => (await import('../verbs/smoke')).removeCheck(name, options),
  );
}
