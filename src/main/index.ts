/** Start of the desktop app. The window comes first, the lab behind it, so that it opens fast. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultHome } from '@lab/store/default-home';
import type { QueueSnapshot } from '@shared/job';
import { app, type BrowserWindow } from 'electron';
import { homeFromArguments } from './arguments';
import { acceptConnections } from './connections';
import type { DesktopLab } from './desktop-lab';
import { declarePageProtocol, servePages } from './page-protocol';
import { problemPage } from './problem-page';
import { adoptShellEnvironment } from './shell-environment';
import { bringToFront, denyPermissions, openWindow } from './window';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = homeFromArguments(process.argv, process.env, process.cwd()) ?? defaultHome();
let window: BrowserWindow | null = null;
let desktopLab: DesktopLab | null = null;
const closing = new AbortController();
const shellEnvironment = adoptShellEnvironment();

app.setName('Lorabench');
// One app per lab home: Electron's single-instance lock lies in this folder.
app.setPath('userData', join(home, 'window'));
declarePageProtocol();

if (app.requestSingleInstanceLock()) {
  // Not awaited: an ESM main that waits for `ready` at its top level never gets there.
  app.whenReady().then(start, (error: unknown) => {
    console.error(error);
    app.exit(1);
  });
} else {
  app.quit();
}

function start(): void {
  denyPermissions();
  servePages(join(root, 'out', 'renderer'));
  const opening = openLab();
  acceptConnections(
    currentWindow,
    opening.then(({ connector }) => connector),
  );
  show();
  opening.then(attend, tellProblem).catch((error: unknown) => console.error(error));
  app.on('second-instance', () => {
    if (window !== null) bringToFront(window);
  });
  app.on('activate', () => {
    if (window === null) show();
  });
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit();
  });
  app.on('will-quit', closeFirst);
}

function currentWindow(): BrowserWindow | null {
  return window;
}

function show(): void {
  const opened = openWindow(root);
  opened.once('closed', () => {
    window = null;
  });
  window = opened;
}

/** Loaded apart and after the window is on its way, so that the lab's code does not delay it. */
async function openLab(): Promise<DesktopLab> {
  await new Promise((resolve) => setImmediate(resolve));
  const [{ openDesktopLab }] = await Promise.all([import('./desktop-lab'), shellEnvironment]);
  desktopLab = await openDesktopLab(root, home);
  return desktopLab;
}

/** Menu, notifications, progress and somebody who schedules, for as long as the app runs. */
async function attend({ client, lab, scheduling }: DesktopLab): Promise<void> {
  const [{ setMenu }, { createSignals }, { watchQueue }] = await Promise.all([
    import('./menu'),
    import('./signals'),
    import('./queue-watch'),
  ]);
  setMenu(currentWindow, home);
  const signals = createSignals(client, currentWindow);
  closing.signal.addEventListener('abort', () => signals.clear());
  const listener = {
    ended: signals.ended,
    changed(snapshot: QueueSnapshot): void {
      scheduling.look(snapshot);
      signals.changed(snapshot);
    },
  };
  await watchQueue(client, closing.signal, listener).catch((error: unknown) => {
    if (!closing.signal.aborted) lab.log.error({ error }, 'watching the queue ended');
  });
}

function tellProblem(error: unknown): void {
  console.error(error);
  const known = typeof error === 'object' && error !== null && 'why' in error && 'fix' in error;
  const problem = known
    ? {
        what: 'what' in error ? String(error.what) : 'The lab could not be opened.',
        why: String(error.why),
        fix: String(error.fix),
      }
    : {
        what: 'The lab could not be opened.',
        why: error instanceof Error ? error.message : String(error),
        fix: 'Run "npm run -s lab -- doctor" in a terminal: it checks each part.',
      };
  void window?.loadURL(problemPage.url(problem));
}

/** The process may end only after the workers have been let go of and the queue handed over. */
function closeFirst(event: Electron.Event): void {
  if (desktopLab === null) return;
  event.preventDefault();
  const lab = desktopLab;
  desktopLab = null;
  closing.abort();
  // A lab that does not close must not keep the app from ending: its workers need nobody.
  const patience = setTimeout(() => app.exit(1), 10_000);
  lab
    .close()
    .catch((error: unknown) => console.error('Closing the lab failed:', error))
    .finally(() => {
      clearTimeout(patience);
      // Electron ignores a quit asked for while it still handles this one.
      setImmediate(() => app.quit());
    });
}
