/** Every layout of rows, the most telling first: a row is read by the first that it fits. */
import { humanEval } from './human-eval';
import type { RowLayout } from './layout';
import { mbpp } from './mbpp';
import { multiplE } from './multipl-e';
import { own } from './own';
import { promptReference } from './prompt-reference';

export const layouts = [humanEval, mbpp, multiplE, promptReference, own] as const;

/** The layout of that name. */
export function layoutNamed(name: string): RowLayout | undefined {
  return layouts.find((layout) => layout.name === name);
}
