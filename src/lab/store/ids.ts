/** Identifiers that sort by time and are safe file names on every operating system. */
import { monotonicFactory } from 'ulid';

const next = monotonicFactory();

/** A new id: 26 lower-case letters and digits; later ones sort after earlier ones. */
export function newId(): string {
  return next().toLowerCase();
}
