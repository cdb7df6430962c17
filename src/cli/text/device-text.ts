/** Devices as `lab devices` prints them: a row each, and below it what it can, does now, and why. */
import type { EnvironmentCard } from '@shared/environment';
import type { Device, DeviceLoad } from '@shared/machine';
import { dim, green, red, yellow } from './style';
import { table } from './table';
import { bytes } from './units';

const indent = '   ';

/** `environments` may be empty: then only their names are shown. */
export function devicesText(
  devices: readonly Device[],
  loads: readonly DeviceLoad[],
  environments: readonly EnvironmentCard[],
): string {
  const [titles = '', ...rows] = table(
    [
      { title: ' ' },
      { title: 'id' },
      { title: 'name' },
      { title: 'memory', align: 'right' },
      { title: 'architecture' },
      { title: 'driver' },
      { title: 'runtime' },
      { title: 'environment' },
    ],
    devices.map((device) => [
      device.chosen ? green('●') : device.usable ? '○' : red('✗'),
      device.id,
      device.name,
      device.memoryBytes > 0 ? bytes(device.memoryBytes) : '–',
      device.architecture ?? '–',
      device.driver ?? '–',
      device.runtime ?? '–',
      environmentOf(device, environments),
    ]),
    'Nothing here can train: "lab doctor" says what is missing.',
  ).split('\n');
  const blocks = devices.map((device, index) =>
    [
      rows[index] ?? '',
      ...details(
        device,
        loads.find(({ id }) => id === device.id),
      ).map((line) => indent + line),
    ].join('\n'),
  );
  return [titles, ...blocks].join('\n');
}

function environmentOf(device: Device, environments: readonly EnvironmentCard[]): string {
  const state = environments.find(({ name }) => name === device.environment)?.state;
  return state === undefined || state === 'ready'
    ? device.environment
    : `${device.environment} (${state})`;
}

function details(device: Device, load: DeviceLoad | undefined): string[] {
  const now = load === undefined ? '' : loadText(load);
  return [
    `${device.chosen ? green('chosen:') : dim('why:')} ${device.reason}`,
    ...(device.fix === null ? [] : [`${yellow('fix:')} ${device.fix}`]),
    ...(device.usable
      ? [
          `${dim('trains in:')} ${device.precisions.join(', ')}${dim('; quantization:')} ${device.quantizations.join(', ')}`,
        ]
      : []),
    ...(now === '' ? [] : [`${dim('now:')} ${now}`]),
  ];
}

/** `1.1 GiB of 16.0 GiB used, 3 % busy, 41 °C, 19 W`; what a device does not say is left out. */
export function loadText(load: DeviceLoad): string {
  const { memoryUsedBytes, memoryTotalBytes, busyShare, temperatureCelsius, powerWatts } = load;
  return [
    memoryUsedBytes === null
      ? null
      : `${bytes(memoryUsedBytes)} of ${bytes(memoryTotalBytes)} used`,
    busyShare === null ? null : `${Math.round(busyShare * 100)} % busy`,
    temperatureCelsius === null ? null : `${Math.round(temperatureCelsius)} °C`,
    powerWatts === null ? null : `${Math.round(powerWatts)} W`,
  ]
    .filter((part) => part !== null)
    .join(', ');
}
