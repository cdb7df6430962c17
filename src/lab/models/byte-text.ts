/** Amounts of bytes in decimal units, as the hub and disks count. */

const units = [
  { name: 'GB', bytes: 1e9 },
  { name: 'MB', bytes: 1e6 },
  { name: 'kB', bytes: 1e3 },
] as const;

const unitFor = (bytes: number) => units.find((unit) => bytes >= unit.bytes) ?? units[2];

/** "3.1 GB" */
export function byteText(bytes: number): string {
  const unit = unitFor(bytes);
  return `${(bytes / unit.bytes).toFixed(1)} ${unit.name}`;
}

/** "1.2 of 3.1 GB" */
export function shareText(done: number, total: number): string {
  return `${(done / unitFor(total).bytes).toFixed(1)} of ${byteText(total)}`;
}
