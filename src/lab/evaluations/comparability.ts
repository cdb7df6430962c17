/** What must be equal for two evaluations to be compared. */
import type { Comparability } from '@shared/evaluation';
import { canonicalJson, sha256 } from '../models/canonical-json';

/** The key of an evaluation: equal keys, equal conditions. */
export function keyOf(comparability: Comparability): string {
  return sha256(canonicalJson(comparability)).slice(0, 16);
}

/** What differs, one fact a line: "sampling.temperature: 0 against 0.3". */
export function keyDifferences(a: Comparability, b: Comparability): string[] {
  const left = flatten(a);
  const right = flatten(b);
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((path) => left.get(path) !== right.get(path))
    .map(
      (path) => `${path}: ${left.get(path) ?? 'nothing'} against ${right.get(path) ?? 'nothing'}`,
    );
}

function flatten(value: object, prefix = ''): Map<string, string> {
  const flat = new Map<string, string>();
  for (const [name, field] of Object.entries(value) as [string, unknown][]) {
    const path = prefix === '' ? name : `${prefix}.${name}`;
    if (typeof field === 'object' && field !== null) {
      for (const [inner, text] of flatten(field, path)) flat.set(inner, text);
    } else {
      flat.set(path, String(field));
    }
  }
  return flat;
}
