/** What on this machine can train, and which device is chosen. */
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import { detectAmd } from './amd';
import { type DetectedDevice, detectCpu } from './cpu';
import { detectNvidia } from './nvidia';

const detectors: Readonly<Record<string, () => Promise<DetectedDevice[]>>> = {
  cuda: detectNvidia,
  rocm: detectAmd,
  cpu: detectCpu,
};

let known: Promise<readonly Device[]> | null = null;

/** Every device, detected once a process; `again` looks anew. */
export function devices(again = false): Promise<readonly Device[]> {
  if (known === null || again) known = detect();
  return known;
}

async function detect(): Promise<readonly Device[]> {
  const found = await Promise.all(
    Object.values(detectors).map((detector) => detector().catch(() => [])),
  );
  return choose(found.flat());
}

/** The usable device with the most memory of its own; the CPU when no card can be used. */
export function choose(found: readonly DetectedDevice[]): Device[] {
  const usable = found.filter((device) => device.usable);
  const cards = usable.filter((device) => device.kind !== 'cpu');
  const best = [...cards].sort((a, b) => b.memoryBytes - a.memoryBytes)[0] ?? usable[0];
  return found.map((device) => ({
    ...device,
    chosen: device.id === best?.id,
    reason: reasonOf(device, best),
  }));
}

function reasonOf(device: DetectedDevice, best: DetectedDevice | undefined): string {
  if (!device.usable) return device.problem ?? 'It cannot be used.';
  if (device.id !== best?.id) return `${best?.name ?? 'Another device'} has more memory.`;
  return device.kind === 'cpu' ? 'No graphics card can be used.' : 'It has the most memory.';
}

/**
 * The device of that id, or the chosen one.
 * @throws LabError when there is none of that id or it cannot be used.
 */
export async function findDevice(id?: string): Promise<Device> {
  const all = await devices();
  const device = id === undefined ? all.find((d) => d.chosen) : all.find((d) => d.id === id);
  if (device === undefined) {
    throw new LabError({
      code: 'not_found',
      what: id === undefined ? 'Nothing here can train.' : `There is no device ${id}.`,
      why: `Found: ${all.map((d) => d.id).join(', ') || 'none'}.`,
      fix: 'npm run lab -- devices shows what was found.',
    });
  }
  if (!device.usable) {
    throw new LabError({
      code: 'refused',
      what: `${device.name} cannot be used.`,
      why: device.problem ?? 'It was found, but does not work.',
      fix: device.fix ?? 'Choose another device.',
    });
  }
  return device;
}
