import { useQuery } from '@tanstack/react-query';
import {
  ChartSpline,
  FlaskConical,
  type LucideIcon,
  Search,
  Settings2,
  Trophy,
} from 'lucide-react';
import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { usePalette } from '../features/palette/palette-store';
import { classNames } from '../ui/class-names';
import { useLab } from './lab-context';
import { commandKey } from './platform';

interface Place {
  readonly path: string;
  readonly title: string;
  readonly icon: LucideIcon;
  /** Other addresses that belong to it. */
  readonly also?: readonly string[];
}

const places: readonly Place[] = [
  { path: '/', title: 'Lab', icon: FlaskConical },
  { path: '/runs', also: ['/compare'], title: 'Runs', icon: ChartSpline },
  {
    path: '/leaderboard',
    also: ['/evaluations', '/compare/evaluations'],
    title: 'Leaderboard',
    icon: Trophy,
  },
  { path: '/settings', title: 'Settings', icon: Settings2 },
];

/** The place that an address belongs to: the one that says most of it. */
function placeOf(location: string): string | undefined {
  if (location === '/') return '/';
  return places
    .flatMap(({ path, also = [] }) => [path, ...also].map((start) => ({ path, start })))
    .filter(({ start }) => start !== '/' && location.startsWith(start))
    .sort((a, b) => b.start.length - a.start.length)[0]?.path;
}

const entry =
  'flex h-9 items-center justify-center gap-3 rounded-md text-sm font-medium xl:justify-start xl:px-3';

export function Navigation(): ReactNode {
  const [location] = useLocation();
  const { query } = useLab();
  const about = useQuery(query.machine.about.queryOptions());
  const openPalette = usePalette((state) => state.open);
  return (
    <nav
      aria-label="Pages"
      className="flex w-14 shrink-0 flex-col gap-1 border-r border-line bg-canvas px-2 py-3 xl:w-48"
    >
      <div className="mb-3 flex h-9 items-center justify-center gap-2.5 xl:justify-start xl:px-2">
        <Mark />
        <span className="hidden text-base font-semibold tracking-tight xl:inline">Lorabench</span>
      </div>
      {places.map(({ path, title, icon: Icon }) => {
        const here = path === placeOf(location);
        return (
          <Link
            key={path}
            href={path}
            aria-current={here ? 'page' : undefined}
            title={title}
            className={classNames(
              entry,
              here ? 'bg-accent-soft text-accent' : 'text-ink-soft hover:bg-hover hover:text-ink',
            )}
          >
            <Icon aria-hidden className="size-4.5 shrink-0" strokeWidth={1.9} />
            <span className="sr-only xl:not-sr-only">{title}</span>
          </Link>
        );
      })}
      <button
        type="button"
        onClick={openPalette}
        aria-keyshortcuts="Control+K Meta+K"
        title={`Commands (${commandKey} K)`}
        className={classNames(entry, 'mt-auto text-ink-faint hover:bg-hover hover:text-ink')}
      >
        <Search aria-hidden className="size-4.5 shrink-0" strokeWidth={1.9} />
        <span className="sr-only xl:not-sr-only">Commands</span>
        <kbd
          aria-hidden
          className="ml-auto hidden shrink-0 rounded-sm border border-line bg-panel px-1.5 font-sans text-2xs whitespace-nowrap xl:inline"
        >
          {commandKey} K
        </kbd>
      </button>
      <div className="hidden truncate px-3 pt-1 text-2xs text-ink-faint xl:block">
        {about.data === undefined ? '\u00a0' : `Lorabench ${about.data.version}`}
      </div>
    </nav>
  );
}

/** A loss curve over a bench. */
function Mark(): ReactNode {
  return (
    <svg aria-hidden viewBox="0 0 24 24" className="size-6 shrink-0" fill="none">
      <path
        d="M3 4.500C6 4.500 6.300 13 11 13.500S16 15 21 15"
        stroke="var(--accent)"
        strokeWidth="2.200"
        strokeLinecap="round"
      />
      <path
        d="M2.500 19.500h19M6 19.500v-1.800M12 19.500v-1.800M18 19.500v-1.800"
        stroke="currentColor"
        strokeWidth="1.600"
        strokeLinecap="round"
      />
    </svg>
  );
}
