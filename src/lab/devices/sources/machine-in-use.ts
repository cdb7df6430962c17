/**
 * Which machine the lab sees: this one, or the recording that LORABENCH_MACHINE names.
 *
 * `LORABENCH_MACHINE=<folder>` makes the whole lab see the recorded machine in that folder (its
 * layout: recorded-machine.ts; those that ship with the tests: tests/fixtures/machines). Its devices
 * say `recorded: true`, and what is trained on them is computed on this machine's CPU. It is there to
 * try out and to test what a lab does on a machine that is not at hand.
 */
import { resolve } from 'node:path';
import type { MachineSources } from './machine-sources';
import { recordedMachine } from './recorded-machine';
import { thisMachine } from './this-machine';

/** @throws LabError when LORABENCH_MACHINE names no recording. */
export async function machineInUse(environment = process.env): Promise<MachineSources> {
  const folder = environment.LORABENCH_MACHINE;
  return folder ? recordedMachine(resolve(folder)) : thisMachine();
}
