/** Every verb with its arguments; what it does is loaded when it runs. */
import type { Command } from 'commander';
import { addEvaluationVerbs } from './declare/evaluation-verbs';
import { addLibraryVerbs } from './declare/library-verbs';
import { addMachineVerbs } from './declare/machine-verbs';
import { addQueueVerbs } from './declare/queue-verbs';
import { addRunVerbs } from './declare/run-verbs';
import { addTrainVerb } from './declare/train-verb';
import type { SetExitCode } from './verb';

export function addAllVerbs(program: Command, setExitCode: SetExitCode): void {
  addMachineVerbs(program, setExitCode);
  addLibraryVerbs(program, setExitCode);
  addTrainVerb(program, setExitCode);
  addQueueVerbs(program, setExitCode);
  addRunVerbs(program, setExitCode);
  addEvaluationVerbs(program, setExitCode);
}
