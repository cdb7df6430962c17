/** The typed RPC between the lab and its shells: desktop window, browser, tests. */
import { evaluationsContract } from './evaluations';
import { benchmarksContract, corporaContract, presetsContract } from './library';
import { machineContract } from './machine';
import { queueContract } from './queue';
import { runsContract } from './runs';

export const contract = {
  machine: machineContract,
  presets: presetsContract,
  corpora: corporaContract,
  benchmarks: benchmarksContract,
  runs: runsContract,
  queue: queueContract,
  evaluations: evaluationsContract,
};
export type Contract = typeof contract;
