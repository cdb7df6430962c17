/** Answers the window: a message port handed over by the preload becomes an RPC connection. */

import type { LabRouter } from '@lab/rpc/router';
import { RPCHandler } from '@orpc/server/message-port';
import { type BrowserWindow, ipcMain } from 'electron';
import { isOurs } from './origin';

/**
 * The page may connect before the lab is open: a port keeps its messages until it is started.
 */
export function acceptConnections(
  window: () => BrowserWindow | null,
  router: Promise<LabRouter>,
): void {
  const handler = router.then((ready) => new RPCHandler(ready));
  // Whoever opened the lab reports why it did not open.
  handler.catch(() => undefined);

  ipcMain.on('lorabench:connect', (event) => {
    const [port] = event.ports;
    if (port === undefined) return;
    const frame = event.senderFrame;
    const trusted =
      frame !== null && frame === window()?.webContents.mainFrame && isOurs(frame.url);
    if (!trusted) {
      port.close();
      return;
    }
    handler.then(
      (ready) => {
        ready.upgrade(port);
        port.start();
      },
      () => port.close(),
    );
  });
}
