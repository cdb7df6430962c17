import type { Device, MachineLoad } from '@shared/machine';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, TriangleAlert } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { useStream } from '../../app/streams';
import { LoadHistory, LoadHistoryView } from '../../charts/load-history';
import { ErrorCard } from '../../ui/error-card';
import { bytes, percent, plain, significant } from '../../ui/format';
import { Panel } from '../../ui/panel';
import { UsageMeter } from '../../ui/progress';
import { Quantity, Reading } from '../../ui/quantity';
import { Waiting } from '../../ui/waiting';

export function MachineCard(): ReactNode {
  const { client, query } = useLab();
  const machine = useQuery(query.machine.describe.queryOptions());
  const [load, setLoad] = useState<MachineLoad | null>(null);
  const [history] = useState(() => new LoadHistory());
  useStream(
    'load',
    (signal) => client.machine.load(undefined, { signal }),
    (next) => {
      history.push(next.processorShare);
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
  const device = machine.data.devices.find((entry) => entry.chosen) ?? machine.data.devices[0];
  return (
    <Panel
      title={device === undefined ? machine.data.hostName : device.name}
      note={device?.runtime ?? undefined}
      className="h-full"
      actions={<Readiness device={device} />}
      bodyClassName="flex flex-col gap-3 p-4"
    >
      <Memory load={load} total={device?.memoryBytes ?? machine.data.memoryBytes} device={device} />
      <div className="min-h-8 flex-1">
        <LoadHistoryView
          history={history}
          label={`Busy ${plain(percent(load?.processorShare ?? null, 0))}`}
        />
      </div>
      <div className="grid grid-cols-2 gap-x-4 gap-y-3 sm:grid-cols-4">
        <Reading label="busy">
          <Quantity of={percent(load?.processorShare ?? null, 0)} />
        </Reading>
        {load !== null && load.temperatureCelsius !== null ? (
          <Reading label="temperature">
            <Quantity of={{ value: significant(load.temperatureCelsius, 2), unit: '°C' }} />
          </Reading>
        ) : (
          <Reading label="cores">{machine.data.cores}</Reading>
        )}
        {load !== null && load.powerWatts !== null ? (
          <Reading label="power">
            <Quantity of={{ value: significant(load.powerWatts), unit: 'W' }} />
          </Reading>
        ) : (
          <Reading label="system" title={machine.data.operatingSystem}>
            {machine.data.operatingSystem}
          </Reading>
        )}
        <Reading label="disk free">
          <Quantity of={bytes(load?.diskFreeBytes ?? machine.data.diskFreeBytes)} />
        </Reading>
      </div>
    </Panel>
  );
}

function Memory({
  load,
  total,
  device,
}: {
  readonly load: MachineLoad | null;
  readonly total: number;
  readonly device: Device | undefined;
}): ReactNode {
  const all = load?.memoryTotalBytes ?? total;
  const used = load?.memoryUsedBytes ?? null;
  const name = device === undefined || device.kind === 'cpu' ? 'Memory' : 'Device memory';
  return (
    <div>
      <div className="flex items-baseline justify-between gap-4 pb-2">
        <span className="label">{name}</span>
        <span className="font-medium">
          {used === null ? '–' : bytes(used).value}
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
  if (device?.usable === true) {
    return (
      <span className="flex items-center gap-1 pr-2 text-xs font-medium text-passed">
        <CircleCheck aria-hidden className="size-3.5" /> ready
      </span>
    );
  }
  return (
    <Link
      href="/settings"
      title={device?.problem ?? 'No device that can train was found.'}
      className="flex items-center gap-1 rounded-sm pr-2 text-xs font-medium text-failed underline"
    >
      <TriangleAlert aria-hidden className="size-3.5" /> not ready
    </Link>
  );
}
