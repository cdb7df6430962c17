/** A prediction against a device: verdict, badge, sentence. */
import type { FitPart, FitReport, FitVerdict } from '@shared/fit';
import type { Device } from '@shared/machine';

const gibibyte = 1024 ** 3;

/** How far predictions lie from measurements; the tests against published and measured rows hold it. */
export const uncertainty: Readonly<Record<Device['kind'], number>> = {
  cpu: 0.15,
  cuda: 0.08,
  rocm: 0.08,
  mlx: 0.15,
};

/** `tight`: it fits if the prediction is right, but not if it errs by its uncertainty. */
export function verdictOf(
  totalBytes: number,
  usableBytes: number,
  kind: Device['kind'],
): FitVerdict {
  if (totalBytes * (1 + uncertainty[kind]) <= usableBytes) return 'fits';
  return totalBytes <= usableBytes ? 'tight' : 'does not fit';
}

/** Gigabytes as memory is sold: a "16 GB" card has 16 × 2^30 bytes. */
export function gigabytes(bytes: number): string {
  const value = bytes / gibibyte;
  return value < 0.095 ? value.toFixed(2) : value.toFixed(1);
}

/** A card's size as its box says it; drivers report a little less than the whole number. */
export function soldGigabytes(bytes: number): string {
  const value = bytes / gibibyte;
  const next = Math.ceil(value);
  return (next - value) / next < 0.015 ? String(next) : gigabytes(bytes);
}

/** "fits: 6.1 of 16 GB". */
export function badgeOf(verdict: FitVerdict, totalBytes: number, deviceBytes: number): string {
  return `${verdict}: ${gigabytes(totalBytes)} of ${soldGigabytes(deviceBytes)} GB`;
}

/** The verdict with its reason. */
export function sentenceOf(
  verdict: FitVerdict,
  { totalBytes, parts }: Pick<FitReport, 'totalBytes'> & { readonly parts: readonly FitPart[] },
  usableBytes: number,
  { kind, name }: Pick<Device, 'kind' | 'name'>,
): string {
  const largest = [...parts].sort((a, b) => b.bytes - a.bytes)[0];
  const most =
    largest === undefined
      ? ''
      : ` The largest part: ${largest.part}, ${gigabytes(largest.bytes)} GB.`;
  const numbers = `${gigabytes(totalBytes)} GB of the ${gigabytes(usableBytes)} GB that ${name} has for it`;
  switch (verdict) {
    case 'fits':
      return `It needs about ${numbers}.${most}`;
    case 'tight':
      return `It needs about ${numbers}: within the ${Math.round(100 * uncertainty[kind])} % by which a prediction may err.${most}`;
    case 'does not fit':
      return `It needs about ${numbers}.${most}`;
  }
}
