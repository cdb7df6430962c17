/** Which devices found here need which environment. */
import type { EnvironmentName } from '@shared/environment-name';
import type { Device } from '@shared/machine';
import { devices } from '../devices/devices';
import { environmentFor } from './python';

/** Usable devices that compute in the environment; an integrated one that is not chosen never does. */
export async function devicesOf(name: EnvironmentName): Promise<readonly Device[]> {
  return (await devices()).filter(
    (device) =>
      device.usable && environmentFor(device) === name && (device.chosen || !device.integrated),
  );
}

/** The environment that a job on this device runs in; null for an unknown device or none. */
export async function environmentOfDevice(id: string | null): Promise<EnvironmentName | null> {
  const device = (await devices()).find((one) => one.id === id);
  return device === undefined ? null : environmentFor(device);
}
