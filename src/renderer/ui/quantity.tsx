import type { ReactNode } from 'react';
import type { Quantity as QuantityValue } from './format';

/** A number with its unit in lighter type. */
export function Quantity({ of }: { readonly of: QuantityValue }): ReactNode {
  return (
    <span className="whitespace-nowrap">
      {of.value}
      {of.unit !== '' && <span className="unit">{of.unit}</span>}
    </span>
  );
}

/** A number named by a small label above it. */
export function Reading({
  label,
  children,
  large = false,
  title,
}: {
  readonly label: string;
  readonly children: ReactNode;
  readonly large?: boolean;
  readonly title?: string;
}): ReactNode {
  return (
    <div className="min-w-0" title={title}>
      <div className="label truncate">{label}</div>
      <div
        className={
          large
            ? 'truncate text-lg font-medium tracking-tight xl:text-xl'
            : 'truncate text-base font-medium'
        }
      >
        {children}
      </div>
    </div>
  );
}
