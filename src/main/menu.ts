/** The application menu; its accelerators work wherever the focus is. */
import { type BrowserWindow, Menu, type MenuItemConstructorOptions, shell } from 'electron';
import { showPage } from './window';

const pages = [
  { label: 'Lab', route: '/', accelerator: 'CmdOrCtrl+1' },
  { label: 'Runs', route: '/runs', accelerator: 'CmdOrCtrl+2' },
  { label: 'Leaderboard', route: '/leaderboard', accelerator: 'CmdOrCtrl+3' },
  { label: 'Settings', route: '/settings', accelerator: 'CmdOrCtrl+,' },
] as const;

export function setMenu(window: () => BrowserWindow | null, home: string): void {
  const mac = process.platform === 'darwin';
  const go: MenuItemConstructorOptions[] = pages.map(({ label, route, accelerator }) => ({
    label,
    accelerator,
    click: () => {
      const open = window();
      if (open !== null) showPage(open, route);
    },
  }));
  const openHome: MenuItemConstructorOptions = {
    label: 'Open Lab Folder',
    click: () => void shell.openPath(home),
  };
  const template: MenuItemConstructorOptions[] = [
    ...(mac ? [{ role: 'appMenu' } as const] : []),
    { label: 'File', submenu: [openHome, { type: 'separator' }, { role: mac ? 'close' : 'quit' }] },
    { role: 'editMenu' },
    { label: 'Go', submenu: go },
    {
      label: 'View',
      submenu: [
        { role: 'reload' },
        { role: 'toggleDevTools' },
        { type: 'separator' },
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
      ],
    },
    { role: 'windowMenu' },
  ];
  Menu.setApplicationMenu(Menu.buildFromTemplate(template));
}
