/** The one window: where it stands, what it may do, and what happens when its page dies. */
import { join } from 'node:path';
import { BrowserWindow, nativeTheme, screen, session, shell } from 'electron';
import { developmentPage, isOurs, pageOrigin, pageUrl } from './origin';
import type { WindowBounds } from './preferences';
import { problemPage } from './problem-page';

/** Only what the window uses: writing to the clipboard from a copy button. */
const permitted: readonly string[] = ['clipboard-sanitized-write'];

export function denyPermissions(): void {
  session.defaultSession.setPermissionRequestHandler((_contents, permission, answer) =>
    answer(permitted.includes(permission)),
  );
  session.defaultSession.setPermissionCheckHandler((_contents, permission) =>
    permitted.includes(permission),
  );
}

export function openWindow(root: string): BrowserWindow {
  const window = new BrowserWindow({
    width: 1280,
    height: 840,
    minWidth: 800,
    minHeight: 560,
    show: false,
    title: 'Lorabench',
    icon: join(root, 'resources', 'icons', 'icon.png'),
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#0f1113' : '#f4f5f6',
    autoHideMenuBar: process.platform !== 'darwin',
    webPreferences: {
      preload: join(root, 'out', 'preload', 'index.cjs'),
      contextIsolation: true,
      sandbox: true,
      nodeIntegration: false,
      webSecurity: true,
      spellcheck: false,
    },
  });
  confine(window);
  showDeath(window);
  const painted = new Promise<void>((resolve) => window.once('ready-to-show', () => resolve()));
  const placed = rememberPlace(window).catch((error: unknown) => console.error(error));
  void Promise.all([painted, placed]).then(() => {
    if (!window.isDestroyed()) window.show();
  });
  void window.loadURL(developmentPage ?? `${pageOrigin}/`);
  return window;
}

/** Puts the window where it was; the code for that is read while the page is already loading. */
async function rememberPlace(window: BrowserWindow): Promise<void> {
  const { saveBounds, savedBounds } = await import('./preferences');
  if (window.isDestroyed()) return;
  window.on('close', () =>
    saveBounds({ ...window.getNormalBounds(), maximized: window.isMaximized() }),
  );
  const bounds = visibleBounds(savedBounds());
  if (bounds === null) return;
  const { maximized, ...place } = bounds;
  window.setBounds(place);
  if (maximized) window.maximize();
}

/** Goes to a page of the window, for example `/runs/01abc`, and brings it to the front. */
export function showPage(window: BrowserWindow, route: string): void {
  void window.loadURL(pageUrl(route));
  bringToFront(window);
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore();
  window.show();
  window.focus();
}

/** No page but ours, no second window, no embedded guest; web links open in the user's browser. */
function confine(window: BrowserWindow): void {
  const { webContents } = window;
  webContents.setWindowOpenHandler(({ url }) => {
    openOutside(url);
    return { action: 'deny' };
  });
  webContents.on('will-navigate', (event) => {
    if (isOurs(event.url)) return;
    event.preventDefault();
    openOutside(event.url);
  });
  webContents.on('will-redirect', (event) => {
    if (!isOurs(event.url)) event.preventDefault();
  });
  webContents.on('will-attach-webview', (event) => event.preventDefault());
}

function openOutside(url: string): void {
  if (!URL.canParse(url)) return;
  if (['https:', 'http:', 'mailto:'].includes(new URL(url).protocol)) void shell.openExternal(url);
}

function showDeath(window: BrowserWindow): void {
  window.webContents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    const url = problemPage.url({
      what: 'The window stopped working.',
      why: `Its process ended (${reason}, exit code ${exitCode}). Trainings and evaluations are not affected: they run in processes of their own.`,
      fix: 'Open it again. If this repeats, start with --disable-gpu, which avoids most graphics driver faults.',
    });
    void window.loadURL(url);
  });
}

/** A saved place counts only while some screen still shows its title bar. */
function visibleBounds(bounds: WindowBounds | null): WindowBounds | null {
  if (bounds === null) return null;
  const visible = screen
    .getAllDisplays()
    .some(
      ({ workArea }) =>
        bounds.x + bounds.width > workArea.x + 50 &&
        bounds.x < workArea.x + workArea.width - 50 &&
        bounds.y >= workArea.y - 10 &&
        bounds.y < workArea.y + workArea.height - 50,
    );
  return visible ? bounds : null;
}
