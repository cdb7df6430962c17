/** One scheduler a lab home at a time: a lease in the store, taken over when its owner is gone. */
import { hostname } from 'node:os';
import { z } from 'zod';
import { identityOf, isAlive } from '../process/identity';
import { newId } from '../store/ids';
import type { Store } from '../store/store';

const staleMilliseconds = 10_000;

const leaseSchema = z.object({
  owner: z.string(),
  pid: z.number(),
  start_time: z.string(),
  host: z.string(),
  heartbeat: z.number(),
});

export interface LeaseHolder {
  readonly owner: string;
  readonly pid: number;
  readonly host: string;
}

/** Who holds the lease now; null when nobody does. */
export function leaseHolder(store: Store): LeaseHolder | null {
  const lease = store.first(leaseSchema, 'SELECT * FROM lease');
  if (lease === null || !holds(lease)) return null;
  return { owner: lease.owner, pid: lease.pid, host: lease.host };
}

function holds(lease: z.infer<typeof leaseSchema>): boolean {
  // On another host (a shared folder) the process cannot be looked at: only its heartbeat can.
  if (lease.host !== hostname()) return Date.now() - lease.heartbeat < staleMilliseconds;
  return isAlive({ pid: lease.pid, startTime: lease.start_time });
}

/** A claim to the lease by one lab in this process. */
export class Lease {
  readonly owner = newId();
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** Takes or renews the lease; true when this lab holds it now. */
  hold(): boolean {
    const self = identityOf(process.pid);
    if (self === null) return false;
    return this.#store.transaction(() => {
      const lease = this.#store.first(leaseSchema, 'SELECT * FROM lease');
      if (lease !== null && lease.owner !== this.owner && holds(lease)) return false;
      this.#store.run(
        `INSERT INTO lease (only, owner, pid, start_time, host, heartbeat) VALUES (1, ?, ?, ?, ?, ?)
         ON CONFLICT (only) DO UPDATE SET owner = excluded.owner, pid = excluded.pid,
           start_time = excluded.start_time, host = excluded.host, heartbeat = excluded.heartbeat`,
        this.owner,
        self.pid,
        self.startTime,
        hostname(),
        Date.now(),
      );
      return true;
    });
  }

  release(): void {
    this.#store.run('DELETE FROM lease WHERE owner = ?', this.owner);
  }
}
