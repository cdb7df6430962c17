/** AMD cards as the amdgpu driver shows them in sysfs (kernel documentation: gpu/amdgpu/driver-misc). */
import { type MachineSources, readNumber, readText } from '../sources/machine-sources';

const drm = '/sys/class/drm';
const amdVendor = '0x1002';

export interface AmdCard {
  /** For example /sys/class/drm/card1/device. */
  readonly folder: string;
  readonly deviceId: string | null;
  readonly revision: string | null;
  /** 0000:03:00.0 */
  readonly slot: string | null;
  /** 128 of renderD128, which KFD knows the card by. */
  readonly renderMinor: number | null;
  readonly driver: string | null;
  readonly vramBytes: number | null;
  /** Host memory that it may use. */
  readonly gttBytes: number | null;
  readonly productName: string | null;
  /** A file that should be readable and is not, with the reason. */
  readonly unreadable: string | null;
}

export async function amdCards(sources: MachineSources): Promise<AmdCard[]> {
  const names = (await sources.list(drm)).filter((name) => /^card\d+$/.test(name));
  const cards = await Promise.all(names.map((name) => readCard(sources, `${drm}/${name}/device`)));
  return cards.filter((card) => card !== null);
}

/** One file after the other: a driver that hangs then holds up one thread, not all. */
async function readCard(sources: MachineSources, folder: string): Promise<AmdCard | null> {
  if ((await readText(sources, `${folder}/vendor`)) !== amdVendor) return null;
  const uevent = (await readText(sources, `${folder}/uevent`)) ?? '';
  const field = (name: string): string | null =>
    new RegExp(`^${name}=(.*)$`, 'm').exec(uevent)?.[1]?.trim() || null;
  const vram = await sources.read(`${folder}/mem_info_vram_total`);
  const unreadable = vram.kind === 'denied' || vram.kind === 'failed';
  // A driver that does not answer one file is not asked for the others.
  const answers = vram.kind !== 'failed';
  const render = answers
    ? (await sources.list(`${folder}/drm`)).find((name) => /^renderD\d+$/.test(name))
    : undefined;
  return {
    folder,
    deviceId: await readText(sources, `${folder}/device`),
    revision: await readText(sources, `${folder}/revision`),
    slot: field('PCI_SLOT_NAME'),
    renderMinor: render === undefined ? null : Number(render.slice('renderD'.length)),
    driver: field('DRIVER'),
    vramBytes: vram.kind === 'text' && Number(vram.text) > 0 ? Number(vram.text) : null,
    gttBytes: answers ? await readNumber(sources, `${folder}/mem_info_gtt_total`) : null,
    productName: answers ? await readText(sources, `${folder}/product_name`) : null,
    unreadable: unreadable
      ? `${folder}/mem_info_vram_total: ${vram.kind === 'failed' ? vram.why : 'permission denied'}`
      : null,
  };
}
