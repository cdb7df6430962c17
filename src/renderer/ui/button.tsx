import type { ComponentProps, ReactNode } from 'react';
import { classNames } from './class-names';

type Look = 'primary' | 'secondary' | 'ghost' | 'danger';

const looks: Readonly<Record<Look, string>> = {
  primary:
    'bg-accent-fill text-on-accent border-transparent hover:not-disabled:bg-accent-fill-hover',
  secondary: 'bg-panel text-ink border-line-strong hover:not-disabled:bg-hover',
  ghost: 'text-ink-soft border-transparent hover:not-disabled:bg-hover hover:not-disabled:text-ink',
  danger:
    'bg-panel text-failed border-line-strong hover:not-disabled:bg-failed-soft hover:not-disabled:border-failed',
};

const base =
  'inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md border font-medium whitespace-nowrap select-none transition-colors duration-100 disabled:opacity-50 aria-disabled:opacity-50';

export interface ButtonProps extends ComponentProps<'button'> {
  readonly look?: Look;
  readonly size?: 'small' | 'medium';
}

export function Button({
  look = 'secondary',
  size = 'medium',
  className,
  type = 'button',
  ...rest
}: ButtonProps): ReactNode {
  const sizes = size === 'small' ? 'h-6 px-2 text-xs' : 'h-8 px-3 text-sm';
  return (
    <button type={type} className={classNames(base, looks[look], sizes, className)} {...rest} />
  );
}

/** A button that shows only an icon; its name is what assistive technology and the title say. */
export function IconButton({
  name,
  look = 'ghost',
  size = 'medium',
  className,
  ...rest
}: ButtonProps & { readonly name: string }): ReactNode {
  const sizes = size === 'small' ? 'size-6' : 'size-8';
  return (
    <button
      type="button"
      aria-label={name}
      title={name}
      className={classNames(base, looks[look], sizes, className)}
      {...rest}
    />
  );
}
