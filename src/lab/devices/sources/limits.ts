/** Time limits that hold even when what they limit can no longer be stopped. */

/** What `work` says within the limit, else what `late` says. The timer keeps no process alive. */
export async function withinLimit<Result>(
  work: Promise<Result>,
  limitMilliseconds: number,
  late: () => Result,
): Promise<Result> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<Result>((resolve) => {
    timer = setTimeout(() => resolve(late()), limitMilliseconds);
  });
  try {
    return await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}
