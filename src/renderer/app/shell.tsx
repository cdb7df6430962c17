import type { ReactNode } from 'react';
import { OfferDialogs } from '../features/offers/offer-dialogs';
import { CommandPalette } from '../features/palette/command-palette';
import { EvaluateDialog } from '../features/subjects/evaluate-dialog';
import { TrainDialog } from '../features/train/train-dialog';
import { Announcer } from './announcer';
import { useChanges } from './changes';
import { ConnectionBar } from './connection-bar';
import { Navigation } from './navigation';
import { Pages } from './pages';

/** Navigation at the left, the page beside it, and what lies over both. */
export function Shell(): ReactNode {
  useChanges();
  return (
    <div className="flex h-full">
      <button
        type="button"
        onClick={() => document.getElementById('main')?.focus()}
        className="sr-only focus:not-sr-only focus:absolute focus:z-50 focus:m-2 focus:rounded-md focus:bg-raised focus:p-2"
      >
        Skip to the page
      </button>
      <Navigation />
      <div className="flex min-w-0 flex-1 flex-col">
        <ConnectionBar />
        <main id="main" tabIndex={-1} className="min-h-0 flex-1 overflow-y-auto outline-none">
          <Pages />
        </main>
      </div>
      <CommandPalette />
      <TrainDialog />
      <EvaluateDialog />
      <OfferDialogs />
      <Announcer />
    </div>
  );
}
