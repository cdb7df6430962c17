/** A table with one line a stage, then the plain line that scripts read. */
export function summaryLines(results) {
  const total = (key) => results.reduce((sum, result) => sum + result[key], 0);
  const row = (name, passed, failed, skipped, time) =>
    [name.padEnd(14), ...[passed, failed, skipped, time].map((cell) => `${cell}`.padStart(9))].join(
      '',
    );
  const lines = [row('stage', 'passed', 'failed', 'skipped', 'seconds')];
  for (const { name, passed, failed, skipped, seconds } of results)
    lines.push(row(name, passed, failed, skipped, seconds.toFixed(1)));
  return [...lines, '', `${total('passed')} passed, ${total('failed')} failed`];
}
