/** What every verb has in common: its two options and one way to answer. */
import type { Command } from 'commander';

export interface CommonOptions {
  readonly home?: string;
  readonly json?: boolean;
}

/** `value` is the JSON document; `text` what a person reads instead. */
export interface Answer {
  readonly value: unknown;
  readonly text: string;
  /** 0 unless the verb says otherwise. */
  readonly exitCode?: 0 | 1 | 3;
}

export type SetExitCode = (code: number) => void;

/** Adds `--home` and `--json`; the verb's code is loaded by `run` when it is called. */
export function finishVerb<Arguments extends readonly unknown[], Options extends CommonOptions>(
  command: Command,
  setExitCode: SetExitCode,
  run: (args: Arguments, options: Options) => Promise<Answer | null>,
): void {
  command
    .option('--home <dir>', 'lab home instead of LORABENCH_HOME or the usual folder')
    .option('--json', 'one JSON document on stdout and nothing else there')
    .action(async (...all: unknown[]) => {
      // Commander hands over the arguments, the options and the command itself.
      const args = all.slice(0, -2) as unknown as Arguments;
      const options = command.optsWithGlobals() as Options;
      const answer = await run(args, options);
      if (answer === null) return;
      const text = options.json === true ? JSON.stringify(answer.value, null, 2) : answer.text;
      await write(`${text}\n`);
      setExitCode(answer.exitCode ?? 0);
    });
}

/** Waits until a pipe has taken everything: the process ends soon after. */
function write(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(text, (error) => {
      // A reader such as `head` that has seen enough is no failure.
      const enough =
        error !== null && error !== undefined && 'code' in error && error.code === 'EPIPE';
      if (error && !enough) reject(error);
      else resolve();
    });
  });
}
