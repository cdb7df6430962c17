import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { BenchCheckOptions } from '../verbs/benchmarks';
import type { CorpusOptions } from '../verbs/corpora';
import type { PresetSaveOptions } from '../verbs/presets';

export function addLibraryVerbs(program: Command, setExitCode: SetExitCode): void {
  const presets = program.command('presets').description('what one click trains');
  finishVerb<[], CommonOptions>(
    presets.command('list', { isDefault: true }).description('all presets'),
    setExitCode,
    async (_, options) => (await import('../verbs/presets')).listPresets(options),
  );
  finishVerb<[string], CommonOptions>(
    presets.command('show <name>').description('one preset with every default written out'),
    setExitCode,
    async ([name], options) => (await import('../verbs/presets')).showPreset(name, options),
  );
  finishVerb<[string], PresetSaveOptions>(
    presets
      .command('save <file>')
      .description('keep a YAML or JSON file as a preset of yours')
      .option('--replace', 'replace a preset of the same name'),
    setExitCode,
    async ([file], options) => (await import('../verbs/presets')).savePreset(file, options),
  );

  const corpus = program.command('corpus').description('training examples');
  finishVerb<[], CommonOptions>(
    corpus.command('list', { isDefault: true }).description('all corpora'),
    setExitCode,
    async (_, options) => (await import('../verbs/corpora')).listCorpora(options),
  );
  for (const name of ['validate', 'stats'] as const) {
    finishVerb<[string], CorpusOptions>(
      corpus
        .command(`${name} <source>`)
        .description(
          name === 'validate'
            ? 'rows that cannot be trained, with line numbers; exit 1 when there are any'
            : 'categories and lengths of a corpus, or of a JSONL file',
        )
        .option('--model <model>', 'count tokens as this model does')
        .option('--max-length <tokens>', 'longest example', '512'),
      setExitCode,
      async ([source], options) => (await import('../verbs/corpora'))[name](source, options),
    );
  }

  const bench = program.command('bench').description('sets of tasks to be measured on');
  finishVerb<[], CommonOptions>(
    bench.command('list', { isDefault: true }).description('all benchmarks'),
    setExitCode,
    async (_, options) => (await import('../verbs/benchmarks')).listBenchmarks(options),
  );
  finishVerb<[string], CommonOptions>(
    bench.command('show <name>').description('one benchmark and its tasks'),
    setExitCode,
    async ([name], options) => (await import('../verbs/benchmarks')).showBenchmark(name, options),
  );
  finishVerb<[string], BenchCheckOptions>(
    bench
      .command('check <name>')
      .description('judge the reference solutions; exit 1 unless all pass')
      .option('--allow-unsandboxed', 'judge even where no sandbox works'),
    setExitCode,
    async ([name], options) => (await import('../verbs/benchmarks')).checkBenchmark(name, options),
  );
}
