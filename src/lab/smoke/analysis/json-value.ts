/** Reads a JSON object or list in the middle of a text, also one that is slightly broken. */

export interface FoundJson {
  readonly value: unknown;
  /** Places of its first character and after its last one. */
  readonly start: number;
  readonly end: number;
  /** What had to be mended before it could be read; null when nothing. */
  readonly mended: string | null;
}

/** Of an object with a field, or of a list of objects: brackets of code are passed over. */
const beginning = /\{(?=\s*["}])|\[(?=\s*[{\]])/g;
/** Each may read on to the end of the text, which may be long. */
const mostAttempts = 50;

/** The first object or list at or after `from` that can be read; null when there is none. */
export function jsonFrom(text: string, from = 0): FoundJson | null {
  let attempts = 0;
  for (const { index } of text.slice(from).matchAll(beginning)) {
    const found = valueAt(text, from + index);
    if (found !== null) return found;
    attempts += 1;
    if (attempts === mostAttempts) return null;
  }
  return null;
}

function valueAt(text: string, start: number): FoundJson | null {
  const open: string[] = [];
  let inString = false;
  for (let at = start; at < text.length; at += 1) {
    const character = text[at] ?? '';
    if (inString) {
      if (character === '\\') at += 1;
      else if (character === '"') inString = false;
    } else if (character === '"') inString = true;
    else if (character === '{') open.push('}');
    else if (character === '[') open.push(']');
    else if (character === open.at(-1)) {
      open.pop();
      if (open.length === 0) return parsed(text.slice(start, at + 1), start, at + 1);
    }
  }
  const rest = `${text.slice(start)}${inString ? '"' : ''}${[...open].reverse().join('')}`;
  const value = parse(withoutTrailingCommas(rest));
  return value === undefined
    ? null
    : { value, start, end: text.length, mended: 'the JSON is cut off' };
}

function parsed(source: string, start: number, end: number): FoundJson | null {
  const strict = parse(source);
  if (strict !== undefined) return { value: strict, start, end, mended: null };
  const value = parse(withoutTrailingCommas(source));
  return value === undefined ? null : { value, start, end, mended: 'the JSON has a stray comma' };
}

const withoutTrailingCommas = (source: string): string => source.replaceAll(/,(\s*[}\]])/g, '$1');

function parse(source: string): unknown {
  try {
    return JSON.parse(source);
  } catch {
    return undefined;
  }
}
