import type { PresetCard } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';
import { NewPresetCard } from './new-preset-card';
import { PresetCardView } from './preset-card';

/** What can be trained at once comes first; else the lab's order stays. */
export function readyFirst(cards: readonly PresetCard[]): readonly PresetCard[] {
  return [...cards].sort((a, b) => Number(b.ready) - Number(a.ready));
}

/** One card a preset; on a new machine the starter asks to be clicked. */
export function PresetCards({ firstTime }: { readonly firstTime: boolean }): ReactNode {
  const { query } = useLab();
  const presets = useQuery(query.presets.list.queryOptions());
  const toy = presets.data?.find((card) => card.preset.toy && card.ready);
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
          <NewPresetCard names={presets.data.map((card) => card.preset.name)} />
        </div>
      )}
    </section>
  );
}
