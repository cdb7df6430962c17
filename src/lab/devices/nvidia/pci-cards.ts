/** Graphics cards of a maker on the PCI bus, whether a driver serves them or not (Linux). */
import { type MachineSources, readText } from '../sources/machine-sources';

const bus = '/sys/bus/pci/devices';

export interface PciCard {
  readonly deviceId: string | null;
  /** For example nvidia, nouveau; null when none serves it. */
  readonly driver: string | null;
}

/** `vendor` as sysfs writes it, for example 0x10de. */
export async function pciCards(sources: MachineSources, vendor: string): Promise<PciCard[]> {
  if (sources.platform !== 'linux') return [];
  const folders = (await sources.list(bus)).map((name) => `${bus}/${name}`);
  const cards = await Promise.all(
    folders.map(async (folder) => {
      // 0x03xxxx: a display controller; a card's sound and USB functions are others.
      const kind = await readText(sources, `${folder}/class`);
      if (kind === null || !kind.startsWith('0x03')) return null;
      if ((await readText(sources, `${folder}/vendor`)) !== vendor) return null;
      const uevent = (await readText(sources, `${folder}/uevent`)) ?? '';
      return {
        deviceId: await readText(sources, `${folder}/device`),
        driver: /^DRIVER=(.*)$/m.exec(uevent)?.[1] ?? null,
      };
    }),
  );
  return cards.filter((card) => card !== null);
}
