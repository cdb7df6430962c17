import type { PresetCard } from '@shared/preset';
import { SlidersHorizontal } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import { Button, IconButton } from '../../ui/button';
import { classNames } from '../../ui/class-names';
import { roughDuration } from '../../ui/format';
import { useTrainDialog } from '../train/train-store';
import { useTrain } from '../train/use-train';

const precisionNames: Readonly<Record<string, string>> = {
  float32: 'fp32',
  bfloat16: 'bf16',
  float16: 'fp16',
};

function recipe(card: PresetCard): string {
  const { adapter, quantization, precision, schedule } = card.preset;
  const base = quantization.kind === 'nf4' ? 'NF4' : (precisionNames[precision] ?? 'LoRA');
  const epochs = `${schedule.epochs} ${schedule.epochs === 1 ? 'epoch' : 'epochs'}`;
  return `${base} · r${adapter.rank} a${adapter.alpha} · ${epochs}`;
}

function expectation(card: PresetCard): string {
  switch (card.expectation) {
    case 'measured':
      return `about ${roughDuration(card.expectedSeconds)}, measured here`;
    case 'estimated':
      return `about ${roughDuration(card.expectedSeconds)}, an estimate`;
    case 'unknown':
      return 'time not known yet';
  }
}

/** One preset: what it trains, how long that takes, and the button that does it. */
export function PresetCardView({
  card,
  glow,
  quiet,
}: {
  readonly card: PresetCard;
  readonly glow: boolean;
  readonly quiet: boolean;
}): ReactNode {
  const id = useId();
  const train = useTrain();
  const openDialog = useTrainDialog((state) => state.open);
  const { preset } = card;
  const title = preset.title;
  return (
    <article
      aria-labelledby={id}
      className={classNames('card flex min-h-40 flex-col p-4', glow && 'animate-glow')}
    >
      <header className="flex items-start gap-2">
        <h3 id={id} className="min-w-0 flex-1 text-base leading-5 font-semibold">
          {title}
        </h3>
        {preset.toy && (
          <span className="rounded-sm bg-sunken px-1.5 text-2xs font-medium text-ink-soft">
            toy
          </span>
        )}
      </header>
      <p className="pt-1 text-xs text-ink-faint">{recipe(card)}</p>
      <div className="flex-1 py-2 text-xs text-ink-soft">
        {preset.toy && <p>A toy: it exists to try the lab. It works offline.</p>}
        {card.ready ? (
          <>
            <p>{expectation(card)}</p>
            {preset.evaluations.length > 0 && (
              <p>then evaluates: {preset.evaluations.map((entry) => entry.benchmark).join(', ')}</p>
            )}
          </>
        ) : (
          <ul aria-label="What is missing" className="space-y-1 text-warning">
            {card.needs.map((need) => (
              <li key={need} title={need} className="line-clamp-2 break-words">
                {need}
              </li>
            ))}
          </ul>
        )}
      </div>
      <div className="flex gap-2">
        {card.ready ? (
          <Button
            look={quiet ? 'secondary' : 'primary'}
            className="min-w-0 flex-1"
            disabled={train.busy}
            aria-label={`Train ${title}`}
            onClick={() => train.run({ preset: preset.name })}
          >
            Train
          </Button>
        ) : (
          <Button
            className="min-w-0 flex-1"
            aria-label={`What ${title} needs`}
            onClick={() => openDialog({ kind: 'preset', preset: preset.name })}
          >
            What it needs…
          </Button>
        )}
        {card.ready && (
          <IconButton
            name={`Train ${title} with changes`}
            look="secondary"
            onClick={() => openDialog({ kind: 'preset', preset: preset.name })}
          >
            <SlidersHorizontal aria-hidden className="size-3.5" />
          </IconButton>
        )}
      </div>
    </article>
  );
}
