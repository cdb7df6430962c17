/** Parses the command line, runs one verb, and turns whatever happens into an exit code. */
import { Command, CommanderError } from 'commander';
import { version } from '../../package.json';
import { addAllVerbs } from './all-verbs';
import { reportFailure, usageError } from './failure';

/** 0 done, 1 failed, 2 wrong usage or bad input, 3 refused, 130 interrupted. */
export async function runCommand(given: readonly string[]): Promise<number> {
  const json = given.includes('--json');
  const program = new Command('lab')
    .description('Fine-tune small models and measure whether it helped.')
    .usage('VERB … [--home DIR] [--json]')
    .version(version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({
      // With --json the failure is one document on stdout; commander's text is part of it.
      writeErr: (text) => void (json ? undefined : process.stderr.write(text)),
    });
  let exitCode = 0;
  addAllVerbs(program, (code) => {
    exitCode = code;
  });
  try {
    if (given.length === 0) {
      program.outputHelp({ error: true });
      return 2;
    }
    await program.parseAsync([...given], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (!(error instanceof CommanderError)) return reportFailure(error, json);
    if (error.exitCode === 0) return 0;
    return json ? reportFailure(usageError(error.message), true) : 2;
  }
}
