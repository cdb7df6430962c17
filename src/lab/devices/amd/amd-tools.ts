/**
 * What ROCm's own tools add to what the kernel says: names, versions, and why ROCm itself fails.
 * Each may be missing, fail or hang; detection stands without them.
 */
import { z } from 'zod';
import { type CommandEnd, type MachineSources, readText } from '../sources/machine-sources';

export interface ToolCard {
  /** KFD node or PCI slot, whichever the tool tells. */
  readonly node: number | null;
  readonly slot: string | null;
  readonly name: string | null;
  readonly gfx: string | null;
  readonly driver: string | null;
}

export interface RocmTools {
  readonly cards: readonly ToolCard[];
  /** 6.4.0 */
  readonly version: string | null;
  /** The last line of what rocminfo complained of; null when it works or is missing. */
  readonly complaint: string | null;
  /** Tools that did not answer in time. */
  readonly hanging: readonly string[];
}

export async function rocmTools(sources: MachineSources): Promise<RocmTools> {
  const [rocminfo, smi, smiVersion, file] = await Promise.all([
    runTool(sources, 'rocminfo', []),
    runTool(sources, 'amd-smi', ['static', '--json']),
    runTool(sources, 'amd-smi', ['version', '--json']),
    readText(sources, '/opt/rocm/.info/version'),
  ]);
  const older = smi.kind === 'missing' ? await askOlderTool(sources) : null;
  const ends = { rocminfo, 'amd-smi': smi, 'rocm-smi': older };
  return {
    cards: [
      ...parseRocminfo(outputOf(rocminfo)),
      ...parseAmdSmi(outputOf(smi)),
      ...parseRocmSmi(outputOf(older)),
    ],
    version: /^\d+\.\d+(\.\d+)?/.exec(file ?? '')?.[0] ?? versionOf(outputOf(smiVersion)),
    complaint: complaintOf(rocminfo),
    hanging: Object.entries(ends).flatMap(([name, end]) => (end?.kind === 'timeout' ? [name] : [])),
  };
}

/** A program that is started from the desktop does not have the search path of a terminal. */
async function runTool(
  sources: MachineSources,
  name: string,
  args: readonly string[],
): Promise<CommandEnd> {
  const end = await sources.run(name, args);
  return end.kind === 'missing' ? sources.run(`/opt/rocm/bin/${name}`, args) : end;
}

/** ROCm before 6.0 has rocm-smi only. */
function askOlderTool(sources: MachineSources): Promise<CommandEnd> {
  return runTool(sources, 'rocm-smi', ['--showproductname', '--showbus', '--json']);
}

function outputOf(end: CommandEnd | null): string {
  return end?.kind === 'ended' && end.exitCode === 0 ? end.stdout : '';
}

/** rocminfo says what fails on stdout, at times with exit code 0. */
function complaintOf(end: CommandEnd): string | null {
  if (end.kind !== 'ended') return null;
  const lines = `${end.stdout}\n${end.stderr}`.split('\n').map((line) => line.trim());
  const found = lines.find((line) => /NOT loaded|Unable to open|hsa api call failure/.test(line));
  return found ?? (end.exitCode === 0 ? null : (lines.filter(Boolean).at(-1) ?? 'it failed'));
}

/** Agents of `rocminfo`: `Name: gfx1100`, `Marketing Name: …`, `Node: 1`, `Device Type: GPU`. */
export function parseRocminfo(text: string): ToolCard[] {
  return text.split(/^\*+\s*\nAgent \d+\s*\n\*+\s*$/m).flatMap((agent) => {
    const field = (name: string): string | null =>
      new RegExp(`^  ${name}:[ \\t]+(.*?)[ \\t]*$`, 'm').exec(agent)?.[1] || null;
    if (field('Device Type') !== 'GPU') return [];
    return [
      {
        node: field('Node') === null ? null : Number(field('Node')),
        slot: null,
        name: field('Marketing Name'),
        gfx: field('Name'),
        driver: null,
      },
    ];
  });
}

const said = z
  .string()
  .transform((text) => (text === 'N/A' || text.trim() === '' ? null : text.trim()))
  .nullish()
  .catch(null);
const smiCardSchema = z.object({
  asic: z.object({ market_name: said, target_graphics_version: said }).optional().catch(undefined),
  bus: z.object({ bdf: said }).optional().catch(undefined),
  driver: z.object({ version: said, driver_version: said }).optional().catch(undefined),
});

/** `amd-smi static --json`: a list of cards, from ROCm 7 on below `gpu_data`. */
export function parseAmdSmi(text: string): ToolCard[] {
  const value = parseJson(text);
  const list =
    z.array(z.unknown()).safeParse(value).data ?? gpuData.safeParse(value).data?.gpu_data;
  return (list ?? []).flatMap((entry) => {
    const card = smiCardSchema.safeParse(entry).data;
    if (card === undefined) return [];
    return [
      {
        node: null,
        slot: card.bus?.bdf?.toLowerCase() ?? null,
        name: card.asic?.market_name ?? null,
        gfx: card.asic?.target_graphics_version ?? null,
        driver: card.driver?.version ?? card.driver?.driver_version ?? null,
      },
    ];
  });
}
const gpuData = z.object({ gpu_data: z.array(z.unknown()) });

/** `rocm-smi --showproductname --showbus --json`: {card0: {"Card Series", "PCI Bus", "GFX Version"}}. */
export function parseRocmSmi(text: string): ToolCard[] {
  const value = z.record(z.string(), z.unknown()).safeParse(parseJson(text)).data ?? {};
  return Object.entries(value).flatMap(([key, entry]) => {
    const card = z.record(z.string(), said).safeParse(entry).data;
    if (!/^card\d+$/.test(key) || card === undefined) return [];
    return [
      {
        node: null,
        slot: card['PCI Bus']?.toLowerCase() ?? null,
        name: card['Card Series'] ?? card['Card series'] ?? null,
        gfx: card['GFX Version'] ?? null,
        driver: null,
      },
    ];
  });
}

/** `amd-smi version --json`: [{"tool": …, "rocm_version": "6.4.0"}]. */
function versionOf(text: string): string | null {
  const list = z.array(z.object({ rocm_version: said })).safeParse(parseJson(text)).data;
  return list?.[0]?.rocm_version ?? null;
}

/** amd-smi may print warnings before its document. */
function parseJson(text: string): unknown {
  const begin = text.search(/[[{]/);
  if (begin < 0) return null;
  try {
    return JSON.parse(text.slice(begin));
  } catch {
    return null;
  }
}
