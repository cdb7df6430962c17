/**
 * What AMD's compute driver (KFD) says of the processors and graphics of a machine:
 * /sys/class/kfd/kfd/topology/nodes/N/properties, one `name value` a line. Its order is the order in
 * which ROCm numbers its devices.
 */
import { type MachineSources, readText } from '../sources/machine-sources';
import { gfxName } from './rocm-support';

const nodesFolder = '/sys/class/kfd/kfd/topology/nodes';

export interface KfdNode {
  readonly node: number;
  readonly gfx: string | null;
  /** Render node of the card, 128 and up. */
  readonly renderMinor: number | null;
  /** 0000:03:00.0 */
  readonly slot: string | null;
  /** The node is processor and graphics in one. */
  readonly hasProcessor: boolean;
  readonly computeUnits: number | null;
  /** Largest pool of memory that computing may use. */
  readonly memoryBytes: number | null;
}

/** The nodes that compute on graphics, in ROCm's order. */
export async function kfdNodes(sources: MachineSources): Promise<KfdNode[]> {
  const names = (await sources.list(nodesFolder)).filter((name) => /^\d+$/.test(name));
  const nodes = await Promise.all(names.map((name) => readNode(sources, Number(name))));
  return nodes.filter((node) => node !== null);
}

async function readNode(sources: MachineSources, node: number): Promise<KfdNode | null> {
  const folder = `${nodesFolder}/${node}`;
  const properties = parseProperties((await readText(sources, `${folder}/properties`)) ?? '');
  const simds = properties.get('simd_count') ?? 0;
  if (simds === 0) return null;
  const render = properties.get('drm_render_minor') ?? 0;
  const location = properties.get('location_id');
  const bank = parseProperties(
    (await readText(sources, `${folder}/mem_banks/0/properties`)) ?? '',
  ).get('size_in_bytes');
  return {
    node,
    gfx: gfxName(properties.get('gfx_target_version') ?? 0),
    renderMinor: render > 0 ? render : null,
    slot: location === undefined ? null : slotOf(properties.get('domain') ?? 0, location),
    hasProcessor: (properties.get('cpu_cores_count') ?? 0) > 0,
    computeUnits: Math.round(simds / (properties.get('simd_per_cu') || 2)) || null,
    memoryBytes: bank !== undefined && bank > 0 ? bank : null,
  };
}

/** Values beyond 2^53 lose digits; none that is used here is that large. */
export function parseProperties(text: string): ReadonlyMap<string, number> {
  const pairs = [...text.matchAll(/^(\w+)\s+(\d+)\s*$/gm)];
  return new Map(pairs.map(([, name, value]) => [name ?? '', Number(value)]));
}

/** Bus, device and function as KFD packs them: bus << 8 | device << 3 | function. */
export function slotOf(domain: number, location: number): string {
  const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');
  const bus = hex((location >> 8) & 0xff, 2);
  return `${hex(domain, 4)}:${bus}:${hex((location >> 3) & 0x1f, 2)}.${location & 7}`;
}
