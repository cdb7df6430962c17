/** What nvidia-smi says: its CSV, its list of slices, and how it fails. */
import type { CommandEnd, MachineSources } from '../sources/machine-sources';

export interface NvidiaCard {
  readonly index: number;
  readonly name: string;
  /** null: not told, as on boards whose graphics share the processor's memory. */
  readonly memoryBytes: number | null;
  readonly driver: string | null;
  readonly capability: number | null;
  readonly uuid: string | null;
  readonly slot: string | null;
  readonly sliced: boolean;
}

const fields =
  'index,name,memory.total,driver_version,compute_cap,uuid,pci.bus_id,mig.mode.current';
/** Drivers before 510 do not know compute_cap and refuse the whole question. */
const oldFields = 'index,name,memory.total,driver_version,uuid,pci.bus_id';
const format = '--format=csv,noheader,nounits';
const mebibyte = 1024 * 1024;

export type NvidiaAnswer =
  | { readonly kind: 'cards'; readonly cards: readonly NvidiaCard[] }
  | { readonly kind: 'missing' }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly message: string };

export async function askNvidiaSmi(sources: MachineSources): Promise<NvidiaAnswer> {
  const end = await query(sources, fields);
  if (end.kind === 'ended' && end.exitCode !== 0 && /not a valid field/i.test(messageOf(end))) {
    return answerOf(await query(sources, oldFields), oldFields);
  }
  return answerOf(end, fields);
}

async function query(sources: MachineSources, names: string): Promise<CommandEnd> {
  const found = await sources.run('nvidia-smi', [`--query-gpu=${names}`, format]);
  if (found.kind !== 'missing' || sources.platform !== 'win32') return found;
  // Old installers put it where no search path leads.
  const folder = sources.environment.ProgramFiles ?? 'C:\\Program Files';
  const program = `${folder}\\NVIDIA Corporation\\NVSMI\\nvidia-smi.exe`;
  return sources.run(program, [`--query-gpu=${names}`, format]);
}

function answerOf(end: CommandEnd, names: string): NvidiaAnswer {
  if (end.kind !== 'ended') return end;
  if (end.exitCode === 0) return { kind: 'cards', cards: parseCards(end.stdout, names) };
  return { kind: 'failed', exitCode: end.exitCode, message: messageOf(end) };
}

function messageOf(end: CommandEnd): string {
  if (end.kind !== 'ended') return '';
  return `${end.stdout}\n${end.stderr}`.replace(/\s+/g, ' ').trim();
}

/** One card a line: "0, NVIDIA GeForce RTX 3060, 12288, 550.54.14, 8.6, GPU-…, 00000000:01:00.0, [N/A]". */
export function parseCards(csv: string, names = fields): NvidiaCard[] {
  const columns = names.split(',');
  return csv.split('\n').flatMap((line) => {
    const values = line.split(',').map((value) => value.trim());
    const value = (name: string): string | null => told(values[columns.indexOf(name)]);
    const index = value('index');
    const name = value('name');
    if (index === null || name === null || !/^\d+$/.test(index)) return [];
    const memory = numberOf(value('memory.total'));
    return [
      {
        index: Number(index),
        name,
        memoryBytes: memory === null || memory === 0 ? null : memory * mebibyte,
        driver: value('driver_version'),
        capability: numberOf(value('compute_cap')),
        uuid: value('uuid'),
        slot:
          value('pci.bus_id')
            ?.toLowerCase()
            .replace(/^0000(?=[0-9a-f]{4}:)/, '') ?? null,
        sliced: value('mig.mode.current') === 'Enabled',
      },
    ];
  });
}

/** nvidia-smi puts what it cannot tell in brackets: [N/A], [Not Supported], [Unknown Error]. */
export function told(text: string | undefined): string | null {
  const value = text?.trim() ?? '';
  return value === '' || value.startsWith('[') || value === 'N/A' ? null : value;
}

export function numberOf(text: string | null): number | null {
  if (text === null) return null;
  const value = Number.parseFloat(text);
  return Number.isFinite(value) ? value : null;
}

/**
 * Slices (MIG) of a card from `nvidia-smi -L`, memory in bytes by their profile:
 * "  MIG 3g.71gb     Device  0: (UUID: MIG-…)".
 */
export function parseSlices(
  list: string,
  index: number,
): { readonly profile: string; readonly memoryBytes: number }[] {
  const part = list.split(/^(?=GPU \d+:)/m).find((text) => text.startsWith(`GPU ${index}:`)) ?? '';
  return [...part.matchAll(/^\s+MIG (\S*?(\d+)gb\S*)\s+Device/gm)].map(
    ([, profile, gigabytes]) => ({
      profile: profile ?? '',
      memoryBytes: Number(gigabytes) * 2 ** 30,
    }),
  );
}
