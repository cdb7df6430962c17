/** Which process is meant: a pid alone is reused by the system, with its start time it is not. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { z } from 'zod';

export const processIdentitySchema = z.object({
  pid: z.int().min(1),
  startTime: z.string().describe('opaque; equal for as long as the process lives'),
});
export type ProcessIdentity = Readonly<z.infer<typeof processIdentitySchema>>;

/** Linux: boot id and field 22 of /proc/<pid>/stat (proc(5)), clock ticks since boot. */
function linuxStartTime(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold spaces; fields are counted after the last parenthesis.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${fields[19] ?? ''}`;
  } catch {
    return null;
  }
}

function commandStartTime(command: string, commandArguments: readonly string[]): string | null {
  try {
    const output = execFileSync(command, [...commandArguments], {
      encoding: 'utf8',
      timeout: 5_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
    return output === '' ? null : output;
  } catch {
    return null;
  }
}

/** When the process began, in the system's own words; null when there is none (or a zombie). */
export function startTimeOf(pid: number): string | null {
  if (process.platform === 'linux') return linuxStartTime(pid);
  if (process.platform === 'win32') {
    return commandStartTime('powershell', [
      '-NoProfile',
      '-Command',
      `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`,
    ]);
  }
  return commandStartTime('ps', ['-o', 'lstart=', '-p', String(pid)]);
}

export function identityOf(pid: number): ProcessIdentity | null {
  const startTime = startTimeOf(pid);
  return startTime === null ? null : { pid, startTime };
}

export function isAlive(identity: ProcessIdentity): boolean {
  return startTimeOf(identity.pid) === identity.startTime;
}

/**
 * Signals the whole process group that `identity` leads (the process alone on Windows). Does
 * nothing when that process is gone, so that a reused pid is never hit.
 */
export function signalGroup(identity: ProcessIdentity, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (!isAlive(identity)) return;
  try {
    if (process.platform === 'win32') {
      execFileSync('taskkill', ['/pid', String(identity.pid), '/T', '/F'], { stdio: 'ignore' });
    } else {
      process.kill(-identity.pid, signal);
    }
  } catch {
    // It ended between the look and the signal: what was wanted.
  }
}
