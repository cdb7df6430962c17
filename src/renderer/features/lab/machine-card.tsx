import type { Device, Machine, MachineLoad } from '@shared/machine';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useLab } from '../../app/lab-context';
import { useStream } from '../../app/streams';
import { LoadHistory, LoadHistoryView } from '../../charts/load-history';
import { ErrorCard } from '../../ui/error-card';
import { bytes, bytesOf, percent, plain, significant, storage } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { UsageMeter } from '../../ui/progress';
import { Quantity, Reading } from '../../ui/quantity';
import { Waiting } from '../../ui/waiting';
import { DeviceNotice } from './device-notice';
import { DeviceSwitch } from './device-switch';
import { useTargetDevice } from './target-device';

/** What the chosen device is, how it stands, and what it lacks. */
export function MachineCard(): ReactNode {
  const { client, query } = useLab();
  const machine = useQuery(query.machine.describe.queryOptions());
  const { device, devices } = useTargetDevice();
  const [load, setLoad] = useState<MachineLoad | null>(null);
  const [histories] = useState(() => new Map<string, LoadHistory>());
  useStream(
    'load',
    (signal) => client.machine.load(undefined, { signal }),
    (next) => {
      for (const entry of readingsOf(next)) {
        historyOf(histories, entry.id).push(entry.busyShare ?? Number.NaN);
      }
      setLoad(next);
    },
  );

  if (machine.isError) return <ErrorCard error={machine.error} />;
  if (machine.data === undefined) {
    return (
      <Panel title="Machine" className="h-full">
        <Waiting words="Looking at the machine" />
      </Panel>
    );
  }
  const reading = deviceReading(machine.data, device, load);
  return (
    <Panel
      title={device?.name ?? machine.data.hostName}
      className="h-full"
      actions={
        <>
          <Readiness device={device} />
          {devices.length > 1 && <DeviceSwitch />}
        </>
      }
      bodyClassName="flex flex-col gap-3 p-4"
    >
      {device !== undefined && deviceNote(device) !== '' && (
        <p className="-mt-1 truncate text-xs text-ink-faint" title={deviceNote(device)}>
          {deviceNote(device)}
        </p>
      )}
      <Memory reading={reading} device={device} />
      <div className="min-h-6 flex-1">
        <LoadHistoryView
          key={device?.id}
          history={historyOf(histories, device?.id ?? 'cpu')}
          label={`Busy ${plain(percent(reading.busyShare, 0))}`}
        />
      </div>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
        <Reading label="busy">
          <Quantity of={percent(reading.busyShare, 0)} />
        </Reading>
        {reading.temperatureCelsius !== null ? (
          <Reading label="temperature">
            <Quantity of={{ value: significant(reading.temperatureCelsius, 2), unit: '°C' }} />
          </Reading>
        ) : (
          <Reading label="processor cores">{machine.data.cores}</Reading>
        )}
        {reading.powerWatts !== null ? (
          <Reading label="power">
            <Quantity of={{ value: significant(reading.powerWatts), unit: 'W' }} />
          </Reading>
        ) : (
          <Reading label="system" title={machine.data.operatingSystem}>
            {machine.data.operatingSystem}
          </Reading>
        )}
        <Reading label="disk free">
          <Quantity of={storage(load?.diskFreeBytes ?? machine.data.diskFreeBytes)} />
        </Reading>
      </div>
      {device !== undefined && <DeviceNotice device={device} />}
    </Panel>
  );
}

interface LoadReading {
  readonly memoryUsedBytes: number | null;
  readonly memoryTotalBytes: number;
  readonly busyShare: number | null;
  readonly temperatureCelsius: number | null;
  readonly powerWatts: number | null;
}

/** Every device's reading; the processor's own comes with the machine when it is not listed. */
function readingsOf(load: MachineLoad): readonly (LoadReading & { readonly id: string })[] {
  const processor = { ...load, id: 'cpu', busyShare: load.processorShare };
  return [...load.devices, ...(load.devices.some(({ id }) => id === 'cpu') ? [] : [processor])];
}

function deviceReading(
  machine: Machine,
  device: Device | undefined,
  load: MachineLoad | null,
): LoadReading {
  const total = device?.memoryBytes ?? machine.memoryBytes;
  const found = load === null ? undefined : readingsOf(load).find(({ id }) => id === device?.id);
  if (found !== undefined) {
    return device?.kind === 'cpu' && found.busyShare === null
      ? { ...found, busyShare: load?.processorShare ?? null }
      : found;
  }
  return {
    memoryUsedBytes: null,
    memoryTotalBytes: total,
    busyShare: null,
    temperatureCelsius: null,
    powerWatts: null,
  };
}

function historyOf(histories: Map<string, LoadHistory>, id: string): LoadHistory {
  const found = histories.get(id) ?? new LoadHistory();
  histories.set(id, found);
  return found;
}

/** `ROCm 6.4 · gfx1100 · driver 6.10`. */
export function deviceNote(device: Device): string {
  return [
    device.runtime,
    device.architecture,
    device.driver === null ? null : `driver ${device.driver}`,
  ]
    .filter((part) => part !== null && part !== device.name)
    .join(' · ');
}

function Memory({
  reading,
  device,
}: {
  readonly reading: LoadReading;
  readonly device: Device | undefined;
}): ReactNode {
  const { memoryUsedBytes: used, memoryTotalBytes: all } = reading;
  const name =
    device === undefined || device.kind === 'cpu'
      ? 'Memory'
      : device.unifiedMemory
        ? 'Unified memory'
        : 'Device memory';
  return (
    <div>
      <div className="flex items-baseline justify-between gap-4 pb-2">
        <span className="label">{name}</span>
        <span className="font-medium">
          {bytesOf(used, all)}
          <span className="font-normal text-ink-faint"> / </span>
          <Quantity of={bytes(all)} />
        </span>
      </div>
      <UsageMeter
        share={used === null || all === 0 ? 0 : Math.min(1, used / all)}
        label={`${name} used`}
        text={`${plain(bytes(used))} of ${plain(bytes(all))}`}
      />
    </div>
  );
}

function Readiness({ device }: { readonly device: Device | undefined }): ReactNode {
  return device?.usable === true ? (
    <span className="flex items-center gap-1 text-xs font-medium text-passed">
      <CircleCheck aria-hidden className="size-3.5" /> ready
    </span>
  ) : (
    <span
      title={device?.problem ?? 'No device that can train was found.'}
      className="flex items-center gap-1 text-xs font-medium whitespace-nowrap text-failed"
    >
      <TriangleAlert aria-hidden className="size-3.5" /> not ready
    </span>
  );
}
