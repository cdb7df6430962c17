/** The address of a comparison: what is compared, in which order, and what is open on it. */

export interface ComparisonPlace {
  /** The first is what the others are measured against. */
  readonly ids: readonly string[];
  /** The user insisted although the conditions differ. */
  readonly forced?: boolean;
  readonly taskId?: string | null;
}

/** Fewest and most evaluations that are compared at once; the lab takes no others. */
export const fewest = 2;
export const most = 20;

export function comparisonPath({ ids, forced = false, taskId = null }: ComparisonPlace): string {
  const path = `/compare/${forced ? 'evaluations-anyway' : 'evaluations'}/${ids.join(',')}`;
  return taskId === null ? path : `${path}/${encodeURIComponent(taskId)}`;
}

/** A part of an address as it was before it was encoded; the router decodes some of it already. */
export function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** What the parts of an address say. */
export function comparisonPlace(ids: string, task: string | undefined): ComparisonPlace {
  return {
    ids: [...new Set(ids.split(',').filter(Boolean))],
    taskId: task === undefined ? null : decodeSegment(task),
  };
}
