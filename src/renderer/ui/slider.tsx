import { Slider as BaseSlider } from '@base-ui/react/slider';
import type { ReactNode } from 'react';

export function Slider({
  label,
  value,
  max,
  step,
  onChange,
}: {
  readonly label: string;
  readonly value: number;
  readonly max: number;
  readonly step: number;
  readonly onChange: (value: number) => void;
}): ReactNode {
  return (
    <BaseSlider.Root
      value={value}
      min={0}
      max={max}
      step={step}
      onValueChange={(next) => onChange(typeof next === 'number' ? next : (next[0] ?? 0))}
    >
      <BaseSlider.Control className="flex w-24 touch-none items-center py-2 select-none">
        <BaseSlider.Track className="h-1 w-full rounded-full bg-line-strong">
          <BaseSlider.Indicator className="rounded-full bg-accent-fill" />
          <BaseSlider.Thumb
            getAriaLabel={() => label}
            className="size-3.5 rounded-full border border-line-strong bg-panel shadow-sm has-[:focus-visible]:outline-2 has-[:focus-visible]:outline-offset-1 has-[:focus-visible]:outline-accent"
          />
        </BaseSlider.Track>
      </BaseSlider.Control>
    </BaseSlider.Root>
  );
}
