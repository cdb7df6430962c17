/** What a preset lacks, said for people at a window. */
import type { PresetNeed } from '@shared/preset';

/** Sentences that tell what to type in a terminal; the window has a button for that. */
const terminal = /(^|\s)(--[a-z]|lab [a-z]+ )|`/;

/** A need's text without hints for the terminal; the first sentence always stays. */
export function needText(need: Pick<PresetNeed, 'text'>): string {
  const [first = '', ...rest] = need.text.split(/(?<=[.!?])\s+/);
  const kept = rest.filter((sentence) => !terminal.test(sentence));
  const opening = terminal.test(first) ? (first.split(/[:;,(]/)[0]?.trim() ?? first) : first;
  return [/[.!?]$/.test(opening) ? opening : `${opening}.`, ...kept].join(' ');
}
