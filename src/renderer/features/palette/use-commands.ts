import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { useCommand } from '../../ui/use-command';
import { useRehearse } from '../editor/use-rehearse';
import { useQueue } from '../lab/use-queue';
import { useOffers } from '../offers/offer-store';
import { useDetect } from '../settings/devices-panel';
import { useEvaluateDialog } from '../subjects/evaluate-store';
import { useTrainDialog } from '../train/train-store';
import { useTrain } from '../train/use-train';
import { type CommandGroup, commandGroups } from './commands';

/** The commands for what the lab holds now. */
export function useCommands(): readonly CommandGroup[] {
  const { client, query } = useLab();
  const [, go] = useLocation();
  const presets = useQuery(query.presets.list.queryOptions());
  const runs = useQuery(query.runs.list.queryOptions());
  const evaluations = useQuery(query.evaluations.list.queryOptions());
  const models = useQuery(query.models.list.queryOptions());
  const environments = useQuery(query.environments.list.queryOptions());
  const queue = useQueue();
  const openOffer = useOffers((state) => state.open);
  const { run: rehearse } = useRehearse();
  const { run: detect } = useDetect();
  const openDialog = useTrainDialog((state) => state.open);
  const openEvaluate = useEvaluateDialog((state) => state.open);
  const { run: train } = useTrain();
  const { run: perform } = useCommand((action: () => Promise<unknown>) => action());
  return useMemo(
    () =>
      commandGroups(
        {
          presets: presets.data ?? [],
          runs: runs.data ?? [],
          evaluations: evaluations.data ?? [],
          jobs: queue.data?.jobs ?? [],
          paused: queue.data?.paused ?? false,
          models: models.data ?? [],
          environments: environments.data ?? [],
        },
        {
          go,
          train: (preset) => train({ preset }),
          trainWithChanges: (preset) => openDialog({ kind: 'preset', preset }),
          duplicate: (runId) => openDialog({ kind: 'run', runId }),
          stop: (id) => perform(() => client.runs.stop({ id })),
          resumeRun: (id) => perform(() => client.runs.resume({ id })),
          cancel: (id) => perform(() => client.queue.cancel({ id })),
          retry: (id) => perform(() => client.queue.retry({ id })),
          pause: () => perform(() => client.queue.pause()),
          resumeQueue: () => perform(() => client.queue.resume({})),
          rehearse,
          detect: () => detect(),
          evaluate: (subject) => openEvaluate({ subject }),
          getModel: (source) => openOffer({ kind: 'model', source }),
          install: ({ name, state }) =>
            openOffer({ kind: 'install', environment: name, repair: state === 'ready' }),
        },
      ),
    [
      presets.data,
      runs.data,
      evaluations.data,
      queue.data,
      models.data,
      environments.data,
      client,
      go,
      train,
      rehearse,
      detect,
      perform,
      openDialog,
      openEvaluate,
      openOffer,
    ],
  );
}
