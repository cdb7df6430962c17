import { Switch as BaseSwitch } from '@base-ui/react/switch';
import { type ReactNode, useId } from 'react';
import { Changed } from './field';

/** Something that is on or off, with one line that explains it. */
export function SwitchField({
  label,
  checked,
  onChange,
  explanation,
  before,
}: {
  readonly label: string;
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly explanation?: string;
  readonly before?: string | undefined;
}): ReactNode {
  const id = useId();
  return (
    <div className="min-w-0">
      <div id={`${id}-label`} className="flex items-baseline gap-2 pb-1 text-xs font-medium">
        {label}
        {before !== undefined && <Changed before={before} />}
      </div>
      <div className="flex h-8 items-center gap-2">
        <BaseSwitch.Root
          checked={checked}
          onCheckedChange={(next) => onChange(next)}
          aria-labelledby={`${id}-label`}
          aria-describedby={`${id}-help`}
          className="flex h-5 w-9 shrink-0 rounded-full bg-line-strong p-0.5 transition-colors duration-100 data-checked:bg-accent-fill"
        >
          <BaseSwitch.Thumb className="size-4 rounded-full bg-panel shadow-sm transition-transform duration-100 data-checked:translate-x-4" />
        </BaseSwitch.Root>
        <span aria-hidden className="text-sm text-ink-soft">
          {checked ? 'on' : 'off'}
        </span>
      </div>
      <p id={`${id}-help`} className="pt-1 text-2xs text-ink-faint">
        {explanation}
      </p>
    </div>
  );
}
