/** The device that new trainings, rehearsals and predictions are for: the lab's choice, or another. */
import type { Device } from '@shared/machine';
import { useQuery } from '@tanstack/react-query';
import { create } from 'zustand';
import { useLab } from '../../app/lab-context';

interface TargetStore {
  /** `null`: as the lab chooses. Not kept: the next window begins with the lab's choice. */
  readonly id: string | null;
  readonly choose: (id: string | null) => void;
}

export const useTarget = create<TargetStore>((set) => ({
  id: null,
  choose: (id) => set({ id }),
}));

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
  const id = useTarget((state) => state.id);
  const devices = machine.data?.devices ?? [];
  const chosen = devices.find((entry) => entry.chosen) ?? devices[0];
  const device = devices.find((entry) => entry.id === id) ?? chosen;
  return { devices, device, other: device === chosen ? null : (device ?? null) };
}
