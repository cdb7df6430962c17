/** The only bridge into the window: hands one message port over to the main process. */
import { contextBridge, ipcRenderer } from 'electron';

const connect = 'lorabench:connect';

contextBridge.exposeInMainWorld('lorabench', { desktop: true, platform: process.platform });

window.addEventListener('message', (event) => {
  if (event.data !== connect || event.source !== window) return;
  if (event.origin !== window.location.origin) return;
  const [port] = event.ports;
  if (port !== undefined) ipcRenderer.postMessage(connect, null, [port]);
});
