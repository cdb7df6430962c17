/** Output compared as people read it: line by line, without regard to space at the ends of lines. */

const linesOf = (text: string): readonly string[] =>
  text
    .replace(/\s+$/, '')
    .split(/\r?\n/)
    .map((line) => line.trimEnd());

/** @returns null when equal; else the first difference, for people */
export function outputDifference(expected: string, actual: string): string | null {
  const wanted = linesOf(expected);
  const found = linesOf(actual);
  for (let index = 0; index < Math.max(wanted.length, found.length); index += 1) {
    if (wanted[index] === found[index]) continue;
    return `line ${index + 1}: expected ${shown(wanted[index])}, printed ${shown(found[index])}`;
  }
  return null;
}

const shown = (line: string | undefined): string => {
  if (line === undefined) return 'nothing';
  return JSON.stringify(line.length > 120 ? `${line.slice(0, 120)}…` : line);
};
