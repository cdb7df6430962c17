import { benchmarkLayouts } from '@shared/benchmark';
import type { Command } from 'commander';
import { type CommonOptions, finishVerb, type SetExitCode } from '../verb';
import type { BenchExportOptions, BenchImportOptions } from '../verbs/bench-files';
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
    presets
      .command('show <name>')
      .description('one preset as a file, with every default written out'),
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
  finishVerb<[string], CommonOptions>(
    presets.command('delete <name>').description("move a preset of yours to the lab home's trash"),
    setExitCode,
    async ([name], options) => (await import('../verbs/presets')).deletePreset(name, options),
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
  const layouts = benchmarkLayouts.join(', ');
  finishVerb<[string], BenchImportOptions>(
    bench
      .command('import <source>')
      .description('bring a JSONL file or a folder of tasks into the lab home')
      .option('--name <name>', "what it is called (default: the file's name)")
      .option('--title <title>', 'what people read')
      .option('--layout <layout>', `auto, ${layouts}`, 'auto')
      .option('--toolchain <name>', 'which judges it, where the layout does not say')
      .option('--system-prompt <text>', 'said before every task')
      .option('--max-new-tokens <n>', 'longest answer')
      .option('--gate <name...>', "rules of the toolchain's that count"),
    setExitCode,
    async ([source], options) =>
      (await import('../verbs/bench-files')).importBenchmark(source, options),
  );
  finishVerb<[string], BenchExportOptions>(
    bench
      .command('export <name>')
      .description('write the tasks as a JSONL file')
      .option('--layout <layout>', layouts, 'lorabench')
      .option('--to <file>', 'a new file; absent: stdout'),
    setExitCode,
    async ([name], options) =>
      (await import('../verbs/bench-files')).exportBenchmark(name, options),
  );
}
