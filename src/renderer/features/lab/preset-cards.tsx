import type { PresetCard } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { Flame } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { ErrorCard } from '../../ui/error-card';
import { Waiting } from '../../ui/waiting';
import { EvaluateButton } from '../subjects/evaluate-button';
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
      <header className="flex min-h-8 items-center gap-2 pb-2">
        <h2 id="train-heading" className="text-sm font-semibold">
          Train
        </h2>
        {!firstTime && (
          <div className="ml-auto flex gap-2">
            <EvaluateButton size="small" look="ghost" />
            <Link
              href="/smoke"
              className="inline-flex h-6 items-center gap-1.5 rounded-md px-2 text-xs font-medium text-ink-soft hover:bg-hover hover:text-ink"
            >
              <Flame aria-hidden className="size-3.5" /> Smoke test…
            </Link>
          </div>
        )}
      </header>
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
