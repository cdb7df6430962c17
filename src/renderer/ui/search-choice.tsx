import { Combobox } from '@base-ui/react/combobox';
import { Check, ChevronsUpDown } from 'lucide-react';
import { type ReactNode, useId } from 'react';
import type { Option } from './choice';
import { inputClasses } from './field';

/** So many are drawn at once; typing finds the others. */
const shown = 60;

/** One of very many, found by typing; the note is searched too. */
export function SearchChoice({
  label,
  value,
  options,
  onChange,
  placeholder = 'type to search',
  explanation,
}: {
  readonly label: string;
  readonly value: string | null;
  readonly options: readonly Option[];
  readonly onChange: (value: string) => void;
  readonly placeholder?: string;
  readonly explanation?: ReactNode;
}): ReactNode {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="block pb-1 text-xs font-medium">
        {label}
      </label>
      <Combobox.Root<Option>
        items={options}
        limit={shown}
        value={options.find((option) => option.value === value) ?? null}
        onValueChange={(next) => next !== null && onChange(next.value)}
        itemToStringLabel={(option) => option.title}
        itemToStringValue={(option) => option.value}
        isItemEqualToValue={(a, b) => a.value === b.value}
        filter={matches}
      >
        <div className="relative">
          <Combobox.Input
            id={id}
            placeholder={placeholder}
            aria-describedby={`${id}-help`}
            className={`${inputClasses} pr-8`}
          />
          <Combobox.Trigger
            aria-label={`Show all of ${label}`}
            className="absolute inset-y-0 right-0 flex w-8 items-center justify-center rounded-md text-ink-faint hover:text-ink"
          >
            <ChevronsUpDown aria-hidden className="size-3.5" />
          </Combobox.Trigger>
        </div>
        <Combobox.Portal>
          <Combobox.Positioner sideOffset={4} className="z-20 outline-none">
            <Combobox.Popup className="max-h-[min(20rem,var(--available-height))] w-(--anchor-width) overflow-y-auto rounded-md border border-line bg-raised shadow-float outline-none">
              <Combobox.Empty>
                <p className="px-3 py-2 text-sm text-ink-faint">Nothing is called that.</p>
              </Combobox.Empty>
              <Combobox.List className="p-1 outline-none data-empty:p-0">
                {(option: Option) => (
                  <Combobox.Item
                    key={option.value}
                    value={option}
                    className="grid min-h-8 cursor-default grid-cols-[1rem_1fr] items-center gap-2 rounded-sm py-1 pr-4 pl-2 text-sm outline-none select-none data-highlighted:bg-hover"
                  >
                    <Combobox.ItemIndicator className="col-start-1">
                      <Check aria-hidden className="size-3.5 text-accent" />
                    </Combobox.ItemIndicator>
                    <div className="col-start-2 min-w-0">
                      <div className="truncate">{option.title}</div>
                      {option.note !== undefined && (
                        <div className="truncate text-xs text-ink-faint">{option.note}</div>
                      )}
                    </div>
                  </Combobox.Item>
                )}
              </Combobox.List>
            </Combobox.Popup>
          </Combobox.Positioner>
        </Combobox.Portal>
      </Combobox.Root>
      <p id={`${id}-help`} className="pt-1 text-2xs text-ink-faint">
        {explanation}
      </p>
    </div>
  );
}

function matches(option: Option, typed: string): boolean {
  const text = `${option.title} ${option.note ?? ''} ${option.value}`.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
