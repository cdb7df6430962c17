/** Names of AMD cards where no tool tells them: PCI device and revision, as in libdrm's amdgpu.ids. */

const names: Readonly<Record<string, string>> = {
  '744c:c8': 'AMD Radeon RX 7900 XTX',
  '744c:cc': 'AMD Radeon RX 7900 XT',
  '744c:ce': 'AMD Radeon RX 7900 GRE',
  '7448': 'AMD Radeon PRO W7900',
  '745e': 'AMD Radeon PRO W7800',
  '747e:c8': 'AMD Radeon RX 7800 XT',
  '747e:ff': 'AMD Radeon RX 7700 XT',
  '7470': 'AMD Radeon PRO W7700',
  '7480:c0': 'AMD Radeon RX 7600 XT',
  '7480:c1': 'AMD Radeon RX 7700S',
  '7480:cf': 'AMD Radeon RX 7600',
  '7550:c0': 'AMD Radeon RX 9070 XT',
  '7550:c3': 'AMD Radeon RX 9070',
  '7551': 'AMD Radeon AI PRO R9700',
  '7590:c0': 'AMD Radeon RX 9060 XT',
  '73bf:c0': 'AMD Radeon RX 6900 XT',
  '73bf:c1': 'AMD Radeon RX 6800 XT',
  '73bf:c3': 'AMD Radeon RX 6800',
  '73a5:c0': 'AMD Radeon RX 6950 XT',
  '73df:c0': 'AMD Radeon RX 6750 XT',
  '73df:c1': 'AMD Radeon RX 6700 XT',
  '73ff:c1': 'AMD Radeon RX 6600 XT',
  '73ff:c7': 'AMD Radeon RX 6600',
  '738c': 'AMD Instinct MI100',
  '7408': 'AMD Instinct MI250X',
  '740c': 'AMD Instinct MI250X / MI250',
  '740f': 'AMD Instinct MI210',
  '74a1': 'AMD Instinct MI300X',
  '15bf': 'AMD Radeon 780M / 760M Graphics',
  '1586': 'AMD Radeon 8060S / 8050S Graphics',
  '150e': 'AMD Radeon 890M / 880M Graphics',
  '164e': 'AMD Radeon Graphics (Ryzen 7000)',
  '13c0': 'AMD Radeon Graphics (Ryzen 9000)',
};

/** `deviceId` and `revision` as sysfs writes them, for example 0x744c and 0xce. */
export function nameOfCard(deviceId: string | null, revision: string | null): string | null {
  const hex = (text: string | null): string => (text ?? '').toLowerCase().replace(/^0x/, '');
  return names[`${hex(deviceId)}:${hex(revision)}`] ?? names[hex(deviceId)] ?? null;
}

/** Tools that know no name answer with the chip's, or with one that fits every card of it. */
export function isParticular(name: string): boolean {
  return (
    name !== '' &&
    !/^(0x|n\/a|unknown|\(null\))/i.test(name) &&
    !/navi \d|\[|^amd radeon graphics$|^radeon graphics$/i.test(name)
  );
}
