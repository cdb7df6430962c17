import type { PresetCard } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { Plus } from 'lucide-react';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';
import { useTrainDialog } from '../train/train-store';
import { PresetCardView } from './preset-card';

/** What can be trained at once comes first; else the lab's order stays. */
export function readyFirst(cards: readonly PresetCard[]): readonly PresetCard[] {
  return [...cards].sort((a, b) => Number(b.ready) - Number(a.ready));
}

/** One card a preset; on a new machine the starter asks to be clicked. */
export function PresetCards({ firstTime }: { readonly firstTime: boolean }): ReactNode {
  const { query } = useLab();
  const presets = useQuery(query.presets.list.queryOptions());
  const openDialog = useTrainDialog((state) => state.open);
  const toy = presets.data?.find((card) => card.preset.toy && card.ready);
  const base = toy ?? presets.data?.find((card) => card.ready) ?? presets.data?.[0];
  return (
    <section aria-labelledby="train-heading">
      <h2 id="train-heading" className="pb-2 text-sm font-semibold">
        Train
      </h2>
      {presets.isError ? (
        <ErrorCard error={presets.error} />
      ) : presets.data === undefined ? (
        <Waiting words="Reading the presets" />
      ) : (
        <div className="flex flex-wrap gap-4 *:max-w-88 *:min-w-0 *:flex-[1_1_10.75rem]">
          {readyFirst(presets.data).map((card) => (
            <PresetCardView
              key={card.preset.name}
              card={card}
              glow={firstTime && card === toy}
              quiet={firstTime && toy !== undefined && card !== toy}
            />
          ))}
          {base !== undefined && (
            <button
              type="button"
              onClick={() =>
                openDialog({ kind: 'preset', preset: base.preset.name, focus: 'model' })
              }
              className="clickable flex min-h-40 flex-col items-center justify-center gap-2 rounded-lg border border-dashed border-line-strong p-4 text-center text-ink-faint hover:text-ink"
            >
              <Plus aria-hidden className="size-5" />
              <span className="font-medium">Your model and corpus</span>
              <span className="text-xs">a model folder and a ChatML or Alpaca JSONL</span>
            </button>
          )}
        </div>
      )}
    </section>
  );
}
