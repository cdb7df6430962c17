/** Which device a job gets when none is named, and a sentence for each on why. */
import type { Device } from '@shared/machine';
import type { DetectedDevice } from './detected-device';

/**
 * The usable card with the most memory of its own; else the CPU. Graphics that are part of the
 * processor are chosen only where no other graphics were found at all.
 */
export function choose(
  found: readonly DetectedDevice[],
  notes: ReadonlyMap<string, string> = new Map(),
): Device[] {
  const best = bestOf(found);
  return found.map((device) => ({
    ...device,
    chosen: device.id === best?.id,
    reason: [reasonOf(device, best, found), notes.get(device.id)].filter(Boolean).join(' '),
  }));
}

const isCard = (device: DetectedDevice): boolean => device.kind !== 'cpu' && !device.integrated;

function bestOf(found: readonly DetectedDevice[]): DetectedDevice | undefined {
  const usable = found.filter((device) => device.usable);
  const [card] = usable.filter(isCard).sort((a, b) => b.memoryBytes - a.memoryBytes);
  const graphics = found.filter(({ kind }) => kind !== 'cpu');
  const only = graphics.length === 1 ? usable.find(({ integrated }) => integrated) : undefined;
  return card ?? only ?? usable.find(({ kind }) => kind === 'cpu') ?? usable[0];
}

function reasonOf(
  device: DetectedDevice,
  best: DetectedDevice | undefined,
  found: readonly DetectedDevice[],
): string {
  if (!device.usable) return device.problem ?? 'It cannot be used.';
  if (device.id === best?.id) return reasonToChoose(device, found);
  if (device.integrated) {
    return found.some(isCard)
      ? 'It is part of the processor, and there is a card of its own.'
      : 'It is part of the processor, and not the only graphics here.';
  }
  if (device.kind === 'cpu') return `${best?.name ?? 'Another device'} is faster.`;
  return device.memoryBytes === best?.memoryBytes
    ? `${best.name} (${best.id}) has as much memory and comes first.`
    : `${best?.name ?? 'Another device'} has more memory.`;
}

function reasonToChoose(device: DetectedDevice, found: readonly DetectedDevice[]): string {
  if (device.kind === 'cpu') {
    return found.length === 1 ? 'No graphics card was found.' : 'No graphics card can be used.';
  }
  if (device.kind === 'mlx') return 'It is the GPU of this Mac.';
  if (device.integrated) return 'It is the only graphics here, and can train.';
  const others = found.filter((one) => isCard(one) && one.usable && one.id !== device.id);
  if (others.length === 0) return 'It is the only graphics card that can train.';
  return others.some(({ memoryBytes }) => memoryBytes === device.memoryBytes)
    ? 'No card has more memory.'
    : 'It has the most memory.';
}
