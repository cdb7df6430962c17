import { Autocomplete } from '@base-ui/react/autocomplete';
import { Dialog } from '@base-ui/react/dialog';
import { Search } from 'lucide-react';
import { type ReactNode, useEffect } from 'react';
import { useLocation } from 'wouter';
import { classNames } from '../../ui/class-names';
import { backdropClasses, popupClasses } from '../../ui/dialog';
import type { Command, CommandGroup } from './commands';
import { usePalette } from './palette-store';
import { useCommands } from './use-commands';

/** Ctrl/⌘ K: every command, found by typing. */
export function CommandPalette(): ReactNode {
  const { isOpen, open, close } = usePalette();
  const [location] = useLocation();
  // biome-ignore lint/correctness/useExhaustiveDependencies: another page ends the palette
  useEffect(() => close(), [location, close]);
  useEffect(() => {
    const onKey = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
      event.preventDefault();
      if (usePalette.getState().isOpen) close();
      else open();
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [open, close]);
  return (
    <Dialog.Root open={isOpen} onOpenChange={(next) => (next ? open() : close())}>
      <Dialog.Portal>
        <Dialog.Backdrop className={backdropClasses} />
        <Dialog.Viewport className="fixed inset-0 flex items-start justify-center px-4 pt-[12vh] pb-4">
          <Dialog.Popup
            aria-label="Commands"
            className={classNames(
              popupClasses,
              'flex max-h-[min(32rem,76vh)] w-full max-w-[38rem] flex-col overflow-hidden',
            )}
          >
            <Palette onDone={close} />
          </Dialog.Popup>
        </Dialog.Viewport>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Palette({ onDone }: { readonly onDone: () => void }): ReactNode {
  const groups = useCommands();
  return (
    <Autocomplete.Root
      open
      inline
      autoHighlight="always"
      keepHighlight
      items={groups}
      itemToStringValue={(item: Command) => item.label}
    >
      <div className="flex items-center gap-3 border-b border-line pl-4">
        <Search aria-hidden className="size-4 shrink-0 text-ink-faint" />
        <Autocomplete.Input
          aria-label="Search commands"
          placeholder="What do you want to do?"
          className="h-12 w-full bg-transparent pr-4 text-base outline-none placeholder:text-ink-faint"
        />
      </div>
      <Autocomplete.Empty>
        <p className="px-4 py-6 text-ink-faint">No command is called that.</p>
      </Autocomplete.Empty>
      <Autocomplete.List className="min-h-0 flex-1 scroll-py-2 overflow-y-auto overscroll-contain p-2 outline-none data-empty:p-0">
        {(group: CommandGroup) => (
          <Autocomplete.Group key={group.value} items={group.items} className="pb-2 last:pb-0">
            <Autocomplete.GroupLabel className="label px-2 py-1">
              {group.value}
            </Autocomplete.GroupLabel>
            <Autocomplete.Collection>
              {(item: Command) => (
                <Autocomplete.Item
                  key={item.value}
                  value={item}
                  onClick={() => {
                    onDone();
                    item.run();
                  }}
                  className="flex min-h-8 cursor-default items-center gap-3 rounded-md px-2 outline-none select-none data-highlighted:bg-accent-soft data-highlighted:text-accent"
                >
                  <span className="min-w-0 flex-1 truncate">{item.label}</span>
                  <span className="max-w-48 truncate text-2xs text-ink-faint">{item.hint}</span>
                </Autocomplete.Item>
              )}
            </Autocomplete.Collection>
          </Autocomplete.Group>
        )}
      </Autocomplete.List>
    </Autocomplete.Root>
  );
}
