/** Every verb with its arguments; what it does is loaded when it runs. */
import type { Command } from 'commander';
import { addEndpointVerbs } from './declare/endpoint-verbs';
import { addEnvironmentVerbs } from './declare/environment-verbs';
import { addEvaluationVerbs } from './declare/evaluation-verbs';
import { addExportVerb } from './declare/export-verb';
import { addFitVerbs } from './declare/fit-verbs';
import { addLibraryVerbs } from './declare/library-verbs';
import { addMachineVerbs } from './declare/machine-verbs';
import { addModelVerbs } from './declare/model-verbs';
import { addQueueVerbs } from './declare/queue-verbs';
import { addRehearseVerb } from './declare/rehearse-verb';
import { addRunVerbs } from './declare/run-verbs';
import { addSmokeVerbs } from './declare/smoke-verbs';
import { addTrainVerb } from './declare/train-verb';
import type { SetExitCode } from './verb';

export function addAllVerbs(program: Command, setExitCode: SetExitCode): void {
  addMachineVerbs(program, setExitCode);
  addEnvironmentVerbs(program, setExitCode);
  addLibraryVerbs(program, setExitCode);
  addFitVerbs(program, setExitCode);
  addModelVerbs(program, setExitCode);
  addRehearseVerb(program, setExitCode);
  addTrainVerb(program, setExitCode);
  addQueueVerbs(program, setExitCode);
  addRunVerbs(program, setExitCode);
  addExportVerb(program, setExitCode);
  addEvaluationVerbs(program, setExitCode);
  addSmokeVerbs(program, setExitCode);
  addEndpointVerbs(program, setExitCode);
}
