/** The typed RPC between the lab and its shells: desktop window, browser, tests. */

import { endpointsContract } from './endpoints';
import { environmentsContract } from './environments';
import { evaluationsContract } from './evaluations';
import { exportsContract } from './exports';
import { benchmarksContract, corporaContract, presetsContract } from './library';
import { machineContract } from './machine';
import { modelsContract } from './models';
import { queueContract } from './queue';
import { fitContract, rehearsalsContract } from './rehearsals';
import { runsContract } from './runs';
import { smokeContract } from './smoke';

export const contract = {
  machine: machineContract,
  environments: environmentsContract,
  models: modelsContract,
  presets: presetsContract,
  fit: fitContract,
  rehearsals: rehearsalsContract,
  corpora: corporaContract,
  benchmarks: benchmarksContract,
  runs: runsContract,
  queue: queueContract,
  evaluations: evaluationsContract,
  exports: exportsContract,
  endpoints: endpointsContract,
  smoke: smokeContract,
};
export type Contract = typeof contract;
