import { Tabs as BaseTabs } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

export interface Tab {
  readonly id: string;
  readonly title: string;
  readonly count?: number;
  readonly content: ReactNode;
}

/** Tabs whose panels are drawn when chosen. */
export function Tabs({
  tabs,
  label,
  value,
  onChange,
}: {
  readonly tabs: readonly Tab[];
  readonly label: string;
  readonly value: string;
  readonly onChange: (id: string) => void;
}): ReactNode {
  return (
    <BaseTabs.Root
      value={value}
      onValueChange={(next) => onChange(String(next))}
      className="flex min-h-0 flex-1 flex-col"
    >
      <BaseTabs.List
        aria-label={label}
        className="flex shrink-0 flex-wrap gap-x-0.5 border-b border-line px-2 pt-1"
      >
        {tabs.map((tab) => (
          <BaseTabs.Tab
            key={tab.id}
            value={tab.id}
            className="h-8 border-b-2 border-transparent px-1.5 text-xs font-medium whitespace-nowrap text-ink-faint -outline-offset-2 select-none hover:text-ink data-active:border-accent data-active:text-ink"
          >
            {tab.title}
            {tab.count !== undefined && tab.count > 0 && (
              <span className="ml-1.5 rounded-full bg-sunken px-1.5 py-0.5 text-2xs text-ink-faint">
                {tab.count}
              </span>
            )}
          </BaseTabs.Tab>
        ))}
      </BaseTabs.List>
      {tabs.map((tab) => (
        <BaseTabs.Panel
          key={tab.id}
          value={tab.id}
          className="min-h-0 flex-1 overflow-y-auto -outline-offset-2"
        >
          {tab.content}
        </BaseTabs.Panel>
      ))}
    </BaseTabs.Root>
  );
}
