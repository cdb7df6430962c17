/** The machine as the shells show it. */
import { availableParallelism, cpus, hostname, release, totalmem, type } from 'node:os';
import type { Machine } from '@shared/machine';
import { version } from '../../../package.json';
import type { LabContext } from '../context';
import { devices } from './devices';
import { doctor } from './doctor';
import { diskFree, machineLoad } from './load';

export function createMachineService(
  context: LabContext,
  options: { readonly shell: 'desktop' | 'browser' },
) {
  const home = context.home.folder;
  return {
    async about() {
      return { version, home, shell: options.shell, platform: process.platform };
    },

    async describe(): Promise<Machine> {
      return {
        hostName: hostname(),
        operatingSystem: `${type()} ${release()}`,
        processor: cpus()[0]?.model.trim() ?? 'unknown',
        cores: availableParallelism(),
        memoryBytes: totalmem(),
        devices: (await devices()).map((device) => ({ ...device })),
        diskFreeBytes: await diskFree(home),
        home,
      };
    },

    load(signal: AbortSignal) {
      return machineLoad(home, signal);
    },

    async doctor() {
      return doctor(context);
    },

    changes(signal: AbortSignal) {
      return context.changes.subscribe(signal);
    },
  };
}
