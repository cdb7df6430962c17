/** The device that new trainings, rehearsals and predictions are for: the lab's choice, or another. */
import type { Device } from '@shared/machine';
import { useQuery } from '@tanstack/react-query';
import { useLab } from '../../app/lab-context';
import { useCommand } from '../../ui/use-command';

export interface TargetDevice {
  readonly devices: readonly Device[];
  /** Undefined while the machine is being looked at, or when there is none. */
  readonly device: Device | undefined;
  /** The device when it is not the lab's choice. */
  readonly other: Device | null;
}

export function useTargetDevice(): TargetDevice {
  const { query } = useLab();
  const machine = useQuery(query.machine.describe.queryOptions());
  const choice = useQuery(query.machine.deviceChoice.queryOptions());
  const devices = machine.data?.devices ?? [];
  const chosen = devices.find((entry) => entry.chosen) ?? devices[0];
  // Until the lab has said what was chosen, nothing is shown or trained for another device.
  const id = choice.data?.id ?? null;
  const device = choice.isPending
    ? undefined
    : (devices.find((entry) => entry.id === id) ?? chosen);
  return { devices, device, other: device === chosen ? null : (device ?? null) };
}

/** Switches to a device, for this window and those to come; null: back to the lab's choice. */
export function useChooseDevice(): (id: string | null) => void {
  const { client, query, queryClient } = useLab();
  const { run } = useCommand((id: string | null) => client.machine.chooseDevice({ id }), {
    after: (_, id) => queryClient.setQueryData(query.machine.deviceChoice.queryKey(), { id }),
  });
  return run;
}
