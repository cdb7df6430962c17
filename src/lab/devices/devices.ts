/** What on this machine can train, and which device is chosen. */
import { LabError } from '@shared/errors';
import type { Device } from '@shared/machine';
import { detectAmd } from './amd/amd';
import { detectApple } from './apple';
import { choose } from './choose';
import { detectCpu } from './cpu';
import type { FoundDevice, LoadSource } from './detected-device';
import { detectNvidia } from './nvidia/nvidia';
import { withinLimit } from './sources/limits';
import { machineInUse } from './sources/machine-in-use';
import { type MachineSources, toolLimitMilliseconds } from './sources/machine-sources';

export { choose } from './choose';

export interface Detection {
  readonly sources: MachineSources;
  readonly devices: readonly Device[];
  /** Where the live readings of each device come from, by device id. */
  readonly loads: ReadonlyMap<string, LoadSource>;
}

type Detector = (sources: MachineSources) => Promise<readonly FoundDevice[]>;
const detectors: readonly Detector[] = [detectNvidia, detectAmd, detectApple, detectCpu];

/** A detector asks its tools one or two times, each within the tools' own limit. */
const detectorLimitMilliseconds = 2 * toolLimitMilliseconds + 2_000;

let known: Promise<Detection> | null = null;

/** The machine in use, detected once a process; `again` looks anew. */
export function detection(again = false): Promise<Detection> {
  if (known === null || again) {
    const looking = machineInUse().then(detect);
    known = looking;
    // A wrong LORABENCH_MACHINE is said to everybody who asks, not to the first alone.
    looking.catch(() => {
      if (known === looking) known = null;
    });
  }
  return known;
}

/** Every device, detected once a process; `again` looks anew. */
export async function devices(again = false): Promise<readonly Device[]> {
  return (await detection(again)).devices;
}

/** All detectors at once; one that fails or does not end in time finds nothing and delays no other. */
export async function detect(sources: MachineSources): Promise<Detection> {
  const found = (
    await Promise.all(
      detectors.map((detector) =>
        withinLimit(
          detector(sources).catch(() => []),
          detectorLimitMilliseconds,
          () => [],
        ),
      ),
    )
  ).flat();
  const notes = new Map(
    found.map(({ device, note }) => [
      device.id,
      [note, device.recorded ? recordedNote(sources) : null].filter(Boolean).join(' '),
    ]),
  );
  return {
    sources,
    devices: choose(
      found.map(({ device }) => device),
      notes,
    ),
    loads: new Map(found.flatMap(({ device, load }) => (load ? [[device.id, load]] : []))),
  };
}

function recordedNote(sources: MachineSources): string {
  return `Read from a recording (${sources.recording}); jobs are computed on this machine's CPU.`;
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
