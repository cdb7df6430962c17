import { spawn } from 'node:child_process';

/**
 * A display for windows under test: the real one, else an Xvfb of our own.
 * @returns {Promise<{environment: object, close: () => void}>}
 */
export function openDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY)
    return Promise.resolve({ environment: {}, close: () => {} });
  const screen = ['-screen', '0', '1680x1050x24', '-nolisten', 'tcp'];
  // Xvfb chooses a free number and writes it to descriptor 3.
  const server = spawn('Xvfb', ['-displayfd', '3', ...screen], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const close = () => server.kill();
  process.once('exit', close);
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`Xvfb ended with exit code ${code}`)));
    server.stdio[3].once('data', (number) => {
      server.removeAllListeners('exit');
      resolve({ environment: { DISPLAY: `:${String(number).trim()}` }, close });
    });
  });
}
