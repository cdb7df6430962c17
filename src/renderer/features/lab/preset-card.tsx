import type { Device } from '@shared/machine';
import type { PresetCard } from '@shared/preset';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useId } from 'react';
import { Link } from 'wouter';
import { useLab } from '../../app/lab-context';
import { Button } from '../../ui/button';
import { classNames } from '../../ui/class-names';
import { useDrafts } from '../editor/draft-store';
import { FitBadgeView } from '../fit/fit-badge';
import { basisExplained, expectedTime } from '../fit/time-basis';
import { useTrain } from '../train/use-train';
import { Needs } from './need-offers';
import { PresetMenu } from './preset-menu';
import { useTargetDevice } from './target-device';

const precisionNames: Readonly<Record<string, string>> = {
  float32: 'fp32',
  bfloat16: 'bf16',
  float16: 'fp16',
};

function recipe(card: PresetCard, device: Device | undefined): string {
  const { adapter, quantization, precision, schedule } = card.preset;
  // NF4 does not exist in MLX.
  const fourBits = device?.kind === 'mlx' ? 'MLX 4-bit' : 'NF4';
  const base = quantization.kind === 'nf4' ? fourBits : (precisionNames[precision] ?? 'LoRA');
  const epochs = `${schedule.epochs} ${schedule.epochs === 1 ? 'epoch' : 'epochs'}`;
  return `${base} · r${adapter.rank} a${adapter.alpha} · ${epochs}`;
}

/** The lab's own prediction is for its chosen device; another one is asked about when needed. */
function useExpectation(
  card: PresetCard,
): Pick<PresetCard, 'fit' | 'expectedSeconds' | 'expectation'> {
  const { query } = useLab();
  const { other } = useTargetDevice();
  const report = useQuery(
    query.fit.predict.queryOptions({
      input: { preset: card.preset.name, device: other?.id ?? '' },
      enabled: other !== null,
      retry: false,
    }),
  );
  if (other === null) return card;
  if (report.data === undefined) {
    return { fit: null, expectedSeconds: null, expectation: 'unknown' };
  }
  const { verdict, badge, totalBytes, device, changes, seconds, timeBasis } = report.data;
  return {
    fit: {
      verdict,
      badge,
      totalBytes,
      deviceBytes: device.memoryBytes,
      change: changes[0]?.title ?? null,
    },
    expectedSeconds: seconds,
    expectation: timeBasis,
  };
}

/** One preset: what it trains, whether it fits, how long it takes, and the button that does it. */
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
  const { preset } = card;
  const drafted = useDrafts((state) => state.drafts[preset.name] !== undefined);
  const { device, other } = useTargetDevice();
  const { fit, expectedSeconds, expectation } = useExpectation(card);
  const offers = card.needs.some((need) => need.offer !== null);
  return (
    <article
      aria-labelledby={id}
      className={classNames('card flex min-h-40 flex-col p-4', glow && 'animate-glow')}
    >
      <header className="flex items-start gap-2">
        <h3 id={id} className="min-w-0 flex-1 text-base leading-5 font-semibold">
          {preset.title}
        </h3>
        {preset.toy && (
          <span className="rounded-sm bg-sunken px-1.5 text-2xs leading-5 font-medium text-ink-soft">
            toy
          </span>
        )}
        <PresetMenu card={card} />
      </header>
      <p className="pt-1 text-xs text-ink-faint">
        {recipe(card, device)}
        {drafted && (
          <>
            {' · '}
            <Link href={`/presets/${preset.name}`} className="text-warning underline">
              unsaved changes
            </Link>
          </>
        )}
      </p>
      {fit !== null && (
        <div className="pt-2">
          <FitBadgeView badge={fit} />
        </div>
      )}
      <div className="flex-1 space-y-1 py-2 text-xs text-ink-soft">
        {preset.toy && <p>A toy: it exists to try the lab. It works offline.</p>}
        <p title={basisExplained[expectation]}>{expectedTime(expectedSeconds, expectation)}</p>
        {card.ready && preset.evaluations.length > 0 && (
          <p>then evaluates: {preset.evaluations.map((entry) => entry.benchmark).join(', ')}</p>
        )}
      </div>
      <div className="flex gap-2">
        {card.ready ? (
          <Button
            look={quiet ? 'secondary' : 'primary'}
            className="min-w-0 flex-1"
            disabled={train.busy || other?.usable === false}
            title={other?.usable === false ? `${other.name} cannot train.` : undefined}
            aria-label={`Train ${preset.title}`}
            onClick={() => train.run({ preset: preset.name })}
          >
            Train
          </Button>
        ) : (
          <div className="min-w-0 flex-1 space-y-2">
            <Needs card={card} />
            {!offers && <EditLink card={card} />}
          </div>
        )}
      </div>
    </article>
  );
}

/** For what no button can bring: the value or benchmark is changed in the preset itself. */
function EditLink({ card }: { readonly card: PresetCard }): ReactNode {
  return (
    <Link
      href={`/presets/${card.preset.name}`}
      className="flex h-8 items-center justify-center rounded-md border border-line-strong bg-panel px-3 text-sm font-medium hover:bg-hover"
    >
      Edit {card.preset.title}
    </Link>
  );
}
