/** Keeps the computer from falling asleep while a terminal waits for a job. */
import { spawn } from 'node:child_process';

/**
 * Holds the system's own inhibitor for as long as this process lives or until the returned function
 * is called. Where the system has none, nothing happens: the job itself does not depend on it.
 */
export function keepAwake(reason: string): () => void {
  const command = commandFor(process.platform, reason);
  if (command === null) return () => undefined;
  const [program, ...rest] = command;
  const child = spawn(program, rest, { stdio: 'ignore' });
  child.on('error', () => undefined);
  child.unref();
  return () => child.kill();
}

function commandFor(platform: NodeJS.Platform, reason: string): [string, ...string[]] | null {
  const pid = String(process.pid);
  if (platform === 'darwin') return ['caffeinate', '-i', '-w', pid];
  if (platform !== 'linux') return null;
  // `tail --pid` ends with this process, and the inhibitor with it.
  return [
    'systemd-inhibit',
    '--what=sleep:idle',
    '--who=Lorabench',
    `--why=${reason}`,
    'tail',
    `--pid=${pid}`,
    '-f',
    '/dev/null',
  ];
}
