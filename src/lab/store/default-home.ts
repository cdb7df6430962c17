/** Where the lab home lies when nobody names it. Imports nothing heavy: the window waits for it. */
import { homedir } from 'node:os';
import { join } from 'node:path';

/** LORABENCH_HOME, else the operating system's folder for application data. */
export function defaultHome(
  environment: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = environment.LORABENCH_HOME;
  if (named !== undefined && named !== '') return named;
  if (platform === 'darwin') return join(homedir(), 'Library', 'Application Support', 'Lorabench');
  if (platform === 'win32') {
    return join(environment.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), 'Lorabench');
  }
  return join(environment.XDG_DATA_HOME ?? join(homedir(), '.local', 'share'), 'lorabench');
}
