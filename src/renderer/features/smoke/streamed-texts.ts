import type { SmokeLine } from '@shared/smoke';

/** Texts by candidate, after one more line. What came before an answer was begun again is dropped. */
export function withLine(
  texts: ReadonlyMap<number, string>,
  line: SmokeLine,
): ReadonlyMap<number, string> {
  const next = new Map(texts);
  if (line.kind === 'begin') next.set(line.candidate, '');
  if (line.kind === 'piece') {
    next.set(line.candidate, (next.get(line.candidate) ?? '') + line.text);
  }
  if (line.kind === 'end') next.set(line.candidate, line.text);
  return next;
}
