import { Select } from '@base-ui/react/select';
import { Check, ChevronsUpDown } from 'lucide-react';
import type { ReactNode } from 'react';
import { classNames } from './class-names';

export interface Option {
  readonly value: string;
  readonly title: string;
  readonly note?: string;
}

/** One of many, in a list that opens. */
export function Choice({
  label,
  value,
  options,
  onChange,
  placeholder = 'choose',
  className,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly className?: string;
}): ReactNode {
  return (
    <Select.Root
      value={value}
      items={options.map((option) => ({ value: option.value, label: option.title }))}
      onValueChange={(next) => next !== null && onChange(next)}
    >
      <Select.Trigger
        aria-label={label}
        className={classNames(
          'inline-flex h-8 max-w-full min-w-28 items-center justify-between gap-2 rounded-md border border-line-strong bg-panel pr-2 pl-3 text-sm select-none hover:bg-hover',
          className,
        )}
      >
        <Select.Value placeholder={placeholder} className="min-w-0 truncate" />
        <Select.Icon>
          <ChevronsUpDown aria-hidden className="size-3.5 text-ink-faint" />
        </Select.Icon>
      </Select.Trigger>
      <Select.Portal>
        <Select.Positioner
          sideOffset={4}
          alignItemWithTrigger={false}
          className="z-20 outline-none"
        >
          <Select.Popup className="max-h-(--available-height) min-w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-raised p-1 shadow-float outline-none">
            {options.map((option) => (
              <Select.Item
                key={option.value}
                value={option.value}
                className="grid min-h-8 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-sm py-1 pr-4 pl-2 text-sm outline-none select-none data-highlighted:bg-hover"
              >
                <Select.ItemIndicator className="col-start-1">
                  <Check aria-hidden className="size-3.5 text-accent" />
                </Select.ItemIndicator>
                <div className="col-start-2 min-w-0">
                  <Select.ItemText>{option.title}</Select.ItemText>
                  {option.note !== undefined && (
                    <div className="text-xs text-ink-faint">{option.note}</div>
                  )}
                </div>
              </Select.Item>
            ))}
          </Select.Popup>
        </Select.Positioner>
      </Select.Portal>
    </Select.Root>
  );
}
