/** The `lab` command. Verbs load their code only when they run, so that help is instant. */
import { runCommand } from './command';

// Told by the callback of the write already; without a listener it would end the process.
process.stdout.on('error', () => undefined);
process.exitCode = await runCommand(process.argv.slice(2));
