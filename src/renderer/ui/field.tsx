import { type ReactNode, useId } from 'react';
import { classNames } from './class-names';

export const inputClasses =
  'h-8 w-full min-w-0 rounded-md border border-line-strong bg-panel px-2.5 text-sm placeholder:text-ink-faint focus-visible:-outline-offset-1';

/** A labelled text input with one line that explains it, and what it was before. */
export function TextField({
  label,
  value,
  onChange,
  explanation,
  before,
  problem,
  numeric = false,
  placeholder,
  suggestions,
  secret = false,
}: {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly explanation?: string;
  /** The value it differs from; absent when it does not. */
  readonly before?: string | undefined;
  readonly problem?: string | undefined;
  readonly numeric?: boolean;
  readonly placeholder?: string;
  /** Values that the browser offers while one types. */
  readonly suggestions?: readonly string[] | undefined;
  /** Not shown while one types. */
  readonly secret?: boolean;
}): ReactNode {
  const id = useId();
  return (
    <div className="min-w-0">
      <label htmlFor={id} className="flex items-baseline gap-2 pb-1 text-xs font-medium">
        {label}
        {before !== undefined && <Changed before={before} />}
      </label>
      <input
        id={id}
        type={secret ? 'password' : 'text'}
        autoComplete="off"
        value={value}
        inputMode={numeric ? 'decimal' : 'text'}
        placeholder={placeholder}
        list={suggestions === undefined ? undefined : `${id}-list`}
        aria-describedby={`${id}-help`}
        aria-invalid={problem !== undefined}
        onChange={(event) => onChange(event.target.value)}
        className={classNames(
          inputClasses,
          numeric && 'font-mono',
          problem !== undefined && 'border-failed',
        )}
      />
      {suggestions !== undefined && (
        <datalist id={`${id}-list`}>
          {suggestions.map((entry) => (
            <option key={entry} value={entry} />
          ))}
        </datalist>
      )}
      <p
        id={`${id}-help`}
        className={classNames('pt-1 text-2xs', problem ? 'text-failed' : 'text-ink-faint')}
      >
        {problem ?? explanation}
      </p>
    </div>
  );
}

/** Says what a changed value was. */
export function Changed({ before }: { readonly before: string }): ReactNode {
  return (
    <span className="min-w-0 truncate rounded-sm bg-accent-soft px-1 text-2xs font-normal text-accent">
      was {before === '' ? 'empty' : before}
    </span>
  );
}
