import { Menu } from '@base-ui/react/menu';
import { Check } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';

const popup =
  'min-w-44 rounded-md border border-line bg-raised p-1 shadow-float outline-none max-h-(--available-height) overflow-y-auto';
const item =
  'flex min-h-8 cursor-default items-center gap-2 rounded-sm px-2 text-sm outline-none select-none data-highlighted:bg-hover data-disabled:opacity-50';

/** A button that opens a list of actions. */
export function ActionMenu({
  trigger,
  children,
}: {
  readonly trigger: ReactElement;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Menu.Root>
      <Menu.Trigger render={trigger} />
      <Menu.Portal>
        <Menu.Positioner sideOffset={4} align="end" className="z-20 outline-none">
          <Menu.Popup className={popup}>{children}</Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  );
}

export function ActionItem({
  onClick,
  children,
  danger = false,
  disabled = false,
}: {
  readonly onClick: () => void;
  readonly children: ReactNode;
  readonly danger?: boolean;
  readonly disabled?: boolean;
}): ReactNode {
  return (
    <Menu.Item onClick={onClick} disabled={disabled} className={item}>
      <span className={danger ? 'contents text-failed' : 'contents'}>{children}</span>
    </Menu.Item>
  );
}

export function CheckItem({
  checked,
  onChange,
  children,
}: {
  readonly checked: boolean;
  readonly onChange: (checked: boolean) => void;
  readonly children: ReactNode;
}): ReactNode {
  return (
    <Menu.CheckboxItem
      checked={checked}
      onCheckedChange={(next) => onChange(next)}
      className={item}
    >
      <span className="flex size-4 items-center justify-center">
        <Menu.CheckboxItemIndicator>
          <Check aria-hidden className="size-3.5 text-accent" />
        </Menu.CheckboxItemIndicator>
      </span>
      {children}
    </Menu.CheckboxItem>
  );
}
