/** Answers the window: a message port handed over by the preload becomes an RPC connection. */
import { type BrowserWindow, ipcMain, type MessagePortMain } from 'electron';
import { isOurs } from './origin';

export interface Connector {
  upgrade(port: MessagePortMain): void;
}

/**
 * Must be called before the page is loaded, which may connect long before the lab is open: a port
 * keeps its messages until it is started.
 */
export function acceptConnections(
  window: () => BrowserWindow | null,
  connector: Promise<Connector>,
): void {
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
    connector.then(
      (ready) => {
        ready.upgrade(port);
        port.start();
      },
      // Whoever opens the lab tells why it did not open.
      () => port.close(),
    );
  });
}
