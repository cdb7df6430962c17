import type { Preset } from '@shared/preset';
import { useLocation } from 'wouter';
import { useLab } from '../../app/lab-context';
import { type Command, useCommand } from '../../ui/use-command';
import { useTrain } from '../train/use-train';
import { useDrafts } from './draft-store';

export interface SaveRequest {
  readonly preset: Preset;
  /** The draft's key, which is done with once it is saved. */
  readonly draft: string;
  readonly replace: boolean;
  readonly train: boolean;
}

/** Writes a preset, forgets its draft, and trains it when asked to. */
export function useSave(saved?: () => void): Command<SaveRequest> {
  const { client, query, queryClient } = useLab();
  const drop = useDrafts((state) => state.drop);
  const [, navigate] = useLocation();
  const train = useTrain();
  return useCommand(
    async ({ preset, replace }: SaveRequest) => {
      await client.presets.save({ preset, replace });
      await queryClient.invalidateQueries({ queryKey: query.presets.key() });
    },
    {
      said: (_, { preset }) => `Saved: ${preset.title}.`,
      after: (_, { preset, draft, train: andTrain }) => {
        drop(draft);
        saved?.();
        navigate(`/presets/${preset.name}`, { replace: true });
        if (andTrain) train.run({ preset: preset.name });
      },
    },
  );
}
