/** Start of the desktop app. The window comes first, the lab behind it, so that it opens fast. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { defaultHome } from '@lab/store/default-home';
import { app, type BrowserWindow } from 'electron';
import { homeFromArguments } from './arguments';
import type { DesktopLab } from './desktop-lab';
import { declarePageProtocol, servePages } from './page-protocol';
import { problemPage } from './problem-page';
import { bringToFront, denyPermissions, openWindow } from './window';

const root = fileURLToPath(new URL('../..', import.meta.url));
const home = homeFromArguments(process.argv, process.env, process.cwd()) ?? defaultHome();
let window: BrowserWindow | null = null;
let desktopLab: DesktopLab | null = null;
const closing = new AbortController();

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
  show();
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
  void openLab();
}

function show(): void {
  const opened = openWindow(root);
  opened.once('closed', () => {
    window = null;
  });
  window = opened;
}

/** Loaded apart, so that reading the lab's code does not delay the window. */
async function openLab(): Promise<void> {
  const current = (): BrowserWindow | null => window;
  const shells = Promise.all([
    import('./desktop-lab'),
    import('./connections'),
    import('./menu'),
    import('./signals'),
    import('./queue-watch'),
  ]);
  const [
    { openDesktopLab },
    { acceptConnections },
    { setMenu },
    { createSignals },
    { watchQueue },
  ] = await shells;
  const opening = openDesktopLab(root, home);
  acceptConnections(
    current,
    opening.then(({ router }) => router),
  );
  setMenu(current, home);
  try {
    desktopLab = await opening;
  } catch (error) {
    tellProblem(error);
    return;
  }
  const signals = createSignals(desktopLab.client, current);
  closing.signal.addEventListener('abort', () => signals.clear());
  await watchQueue(desktopLab.client, closing.signal, signals).catch((error: unknown) => {
    if (!closing.signal.aborted) desktopLab?.lab.log.error({ error }, 'watching the queue ended');
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
