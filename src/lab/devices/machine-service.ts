/** The machine as the shells show it. */
import type { Machine } from '@shared/machine';
import { version } from '../../../package.json';
import type { LabContext } from '../context';
import { deviceChoice, setDeviceChoice } from './device-choice';
import { detection } from './devices';
import { doctor } from './doctor';
import { diskFree, machineLoad } from './load';

export function createMachineService(
  context: LabContext,
  options: { readonly shell: 'desktop' | 'browser' },
) {
  const home = context.home.folder;

  async function describe(): Promise<Machine> {
    const { sources, devices } = await detection();
    return {
      hostName: sources.hostName,
      operatingSystem: sources.operatingSystem,
      processor: devices.find(({ kind }) => kind === 'cpu')?.name ?? sources.processor,
      cores: sources.cores,
      memoryBytes: sources.memoryBytes,
      devices: devices.map((device) => ({ ...device })),
      diskFreeBytes: await diskFree(home),
      home,
    };
  }

  return {
    async about() {
      return { version, home, shell: options.shell, platform: process.platform };
    },

    async describe(): Promise<Machine> {
      return describe();
    },

    async detect(): Promise<Machine> {
      await detection(true);
      return describe();
    },

    async deviceChoice() {
      return { id: deviceChoice(context.store) };
    },

    /** A device that is not there now is kept too: it may only be unplugged. */
    async chooseDevice({ id }: { readonly id: string | null }) {
      setDeviceChoice(context.store, id);
      context.changes.publish('machine');
      return { ok: true as const };
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
