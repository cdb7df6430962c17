/** Shortens what programs and toolchains say to what a person wants to read. */

const keptMessage = 2_000;
const keptOutput = 20_000;

/**
 * The words of a toolchain without its internals: frames of the runtime's own modules, its version
 * line and the box's path.
 */
export function toolchainMessage(text: string): string {
  const lines = text
    // Node shows the line of its own that threw before it says what went wrong.
    .replace(/^node:[^\n]*:\d+\n[^\n]*\n\s*\^+\s*\n+/, '')
    .replaceAll(/\/box\/|\/out\/|\S*lorabench-judge-\w+\/\d+\//g, '')
    .split(/\r?\n/)
    .filter((line) => !/^\s+at .*\(?node:|^Node\.js v\d|^Warning: Ignoring extra certs/.test(line));
  return shorten(lines.join('\n').trim(), keptMessage);
}

/** A message of the lab's own making, at the length of the toolchain's. */
export const shortMessage = (text: string): string => shorten(text, keptMessage);

/** Captured output as it is stored; the comparison was made on all of it. */
export const storedOutput = (text: string): string => shorten(text, keptOutput);

function shorten(text: string, limit: number): string {
  if (text.length <= limit) return text;
  return `${text.slice(0, limit)}\n… ${text.length - limit} more characters`;
}
