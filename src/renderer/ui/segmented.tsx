import { Toggle } from '@base-ui/react/toggle';
import { ToggleGroup } from '@base-ui/react/toggle-group';
import type { ReactNode } from 'react';

/** One of a few, all visible. */
export function Segmented<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  readonly label: string;
  readonly value: Value;
  readonly options: readonly { readonly value: Value; readonly title: string }[];
  readonly onChange: (value: Value) => void;
}): ReactNode {
  return (
    <ToggleGroup
      aria-label={label}
      value={[value]}
      onValueChange={(next) => {
        const chosen = options.find((option) => option.value === next[0]);
        if (chosen !== undefined) onChange(chosen.value);
      }}
      className="inline-flex h-7 shrink-0 rounded-md border border-line bg-sunken p-0.5"
    >
      {options.map((option) => (
        <Toggle
          key={option.value}
          value={option.value}
          className="rounded-sm px-2 text-xs font-medium text-ink-faint select-none hover:text-ink data-pressed:bg-panel data-pressed:text-ink data-pressed:shadow-[0_0_0_1px_var(--line)]"
        >
          {option.title}
        </Toggle>
      ))}
    </ToggleGroup>
  );
}

/** Something that is on or off, as a small button. */
export function ToggleButton({
  pressed,
  onChange,
  children,
  label,
}: {
  readonly pressed: boolean;
  readonly onChange: (pressed: boolean) => void;
  readonly children: ReactNode;
  readonly label?: string;
}): ReactNode {
  return (
    <Toggle
      pressed={pressed}
      aria-label={label}
      onPressedChange={(next) => onChange(next)}
      className="h-7 shrink-0 rounded-md border border-line px-2 text-xs font-medium text-ink-faint select-none hover:bg-hover hover:text-ink data-pressed:border-accent data-pressed:bg-accent-soft data-pressed:text-accent"
    >
      {children}
    </Toggle>
  );
}
