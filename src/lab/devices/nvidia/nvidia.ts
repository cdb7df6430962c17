/** NVIDIA cards: nvidia-smi tells all; where it does not, the PCI bus still tells that a card is there. */
import type { DetectedDevice, FoundDevice } from '../detected-device';
import type { MachineSources } from '../sources/machine-sources';
import { hiddenObstacle, type Shown, shownCards } from '../visible-devices';
import { cudaPrecisions, cudaQuantizations, cudaSupport } from './cuda-support';
import { askNvidiaSmi, type NvidiaAnswer, type NvidiaCard, parseSlices } from './nvidia-smi';
import { type PciCard, pciCards } from './pci-cards';

const drivers = 'Ubuntu: sudo ubuntu-drivers install; else https://www.nvidia.com/drivers';

export async function detectNvidia(sources: MachineSources): Promise<FoundDevice[]> {
  if (sources.platform === 'darwin') return [];
  const [answer, onBus] = await Promise.all([askNvidiaSmi(sources), pciCards(sources, '0x10de')]);
  if (answer.kind === 'cards') {
    const shown = shownCards(answer.cards, ['CUDA_VISIBLE_DEVICES'], sources.environment);
    return Promise.all(shown.map((one) => found(sources, one)));
  }
  if (answer.kind === 'missing' && onBus.length === 0) return [];
  const silent: readonly (PciCard | null)[] = onBus.length === 0 ? [null] : onBus;
  return silent.map((card, index) => unreachable(sources, card, index, answer));
}

async function found(
  sources: MachineSources,
  { card, index, hiddenBy }: Shown<NvidiaCard>,
): Promise<FoundDevice> {
  const slice = card.sliced ? await largestSlice(sources, card.index) : null;
  const support = cudaSupport(card.driver, card.capability);
  const memoryBytes = slice?.memoryBytes ?? card.memoryBytes ?? sources.memoryBytes;
  const obstacle =
    hiddenObstacle(hiddenBy) ??
    (card.sliced && slice === null ? slicesMissing(card.index) : null) ??
    (support.build === null ? support : null);
  return {
    device: {
      ...blank(sources, index),
      name: slice === null ? card.name : `${card.name} (MIG ${slice.profile})`,
      memoryBytes,
      unifiedMemory: card.memoryBytes === null && slice === null,
      architecture:
        card.capability === null ? null : `compute capability ${card.capability.toFixed(1)}`,
      driver: card.driver,
      runtime: support.build === null ? null : `CUDA ${support.build.cuda}`,
      usable: obstacle === null,
      problem: obstacle?.problem ?? null,
      fix: obstacle?.fix ?? null,
      precisions: cudaPrecisions(card.capability),
      quantizations: cudaQuantizations(card.capability),
    },
    note: slice === null ? null : 'The card is split into slices (MIG); a job gets one of them.',
    load: { kind: 'nvidia', index: card.index },
  };
}

interface Obstacle {
  readonly problem: string;
  readonly fix: string;
}

function slicesMissing(index: number): Obstacle {
  return {
    problem: 'The card is split into slices (MIG), and none is set up.',
    fix: `Make a slice (sudo nvidia-smi mig -cgi 0 -C), or end the splitting: sudo nvidia-smi -i ${index} -mig 0`,
  };
}

async function largestSlice(sources: MachineSources, index: number) {
  const list = await sources.run('nvidia-smi', ['-L']);
  const slices = list.kind === 'ended' ? parseSlices(list.stdout, index) : [];
  return slices.sort((a, b) => b.memoryBytes - a.memoryBytes)[0] ?? null;
}

/** A card that is there, behind a driver that is missing, broken or hanging. */
function unreachable(
  sources: MachineSources,
  card: PciCard | null,
  index: number,
  answer: Exclude<NvidiaAnswer, { readonly kind: 'cards' }>,
): FoundDevice {
  const name = card === null ? 'NVIDIA card' : `NVIDIA card (PCI ${card.deviceId ?? 'id unknown'})`;
  return {
    device: { ...blank(sources, index), name, ...whyUnreachable(answer, card) },
    note: null,
    load: null,
  };
}

function whyUnreachable(
  answer: Exclude<NvidiaAnswer, { readonly kind: 'cards' }>,
  card: PciCard | null,
): Obstacle {
  if (answer.kind === 'timeout') {
    return {
      problem: 'The driver hangs: nvidia-smi did not answer in 5 s.',
      fix: 'Restart the computer. If it comes back, look for "NVRM" in: sudo dmesg',
    };
  }
  if (answer.kind === 'missing') {
    return {
      problem:
        card?.driver === 'nvidia'
          ? 'The NVIDIA driver is loaded, but nvidia-smi is missing.'
          : `The NVIDIA driver is not installed${card?.driver ? ` (${card.driver} serves the card)` : ''}.`,
      fix: `Install the NVIDIA driver (${drivers}), then restart the computer.`,
    };
  }
  if (/version mismatch/i.test(answer.message)) {
    return {
      problem:
        'The NVIDIA driver was updated while it was running (driver/library version mismatch).',
      fix: 'Restart the computer.',
    };
  }
  return {
    problem: `nvidia-smi failed (exit code ${answer.exitCode}): ${answer.message.slice(0, 200) || 'it says nothing'}`,
    fix: `Restart the computer; if it stays, install the driver anew (${drivers}).`,
  };
}

function blank(sources: MachineSources, index: number): Omit<DetectedDevice, 'name'> {
  return {
    id: `cuda:${index}`,
    kind: 'cuda',
    memoryBytes: 0,
    unifiedMemory: false,
    integrated: false,
    architecture: null,
    environment: 'torch-cuda',
    recorded: sources.recording !== null,
    driver: null,
    runtime: null,
    usable: false,
    problem: null,
    fix: null,
    precisions: [],
    quantizations: [],
  };
}
