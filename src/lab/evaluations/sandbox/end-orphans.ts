/**
 * What a killed lab may leave: bwrap's inner process ties its life to the outer one's only after its
 * start, so one whose outer process died in these milliseconds waits for it for ever.
 */
import { readdirSync, readFileSync } from 'node:fs';

/** Ends them; they have not begun their program. Returns how many there were. Linux only. */
export function endOrphans(): number {
  if (process.platform !== 'linux') return 0;
  const orphans = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter(isOrphan);
  for (const pid of orphans) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // Gone, or another user's.
    }
  }
  return orphans.length;
}

function isOrphan(pid: number): boolean {
  try {
    if (nameOf(pid) !== 'bwrap' || !of(pid, 'environ').includes('LORABENCH_BOX=')) return false;
    const status = of(pid, 'status');
    const isInner = /^NSpid:\s+\d+\s+1$/m.test(status);
    const parent = Number(/^PPid:\s+(\d+)$/m.exec(status)?.[1]);
    return isInner && nameOf(parent) !== 'bwrap';
  } catch {
    return false;
  }
}

const nameOf = (pid: number): string => (pid === 0 ? '' : of(pid, 'comm').trim());
const of = (pid: number, file: string): string => readFileSync(`/proc/${pid}/${file}`, 'latin1');
