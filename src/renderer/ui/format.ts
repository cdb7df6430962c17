/**
 * Numbers as people read them. A quantity keeps its unit apart, because units are set lighter.
 * All functions take finite numbers or `null`; `null` becomes a dash.
 */
export interface Quantity {
  readonly value: string;
  readonly unit: string;
}

export const dash = '–';
const none: Quantity = { value: dash, unit: '' };

/** `Quantity` as one string, for labels and titles. */
export function plain(quantity: Quantity): string {
  if (quantity.unit === '') return quantity.value;
  return `${quantity.value}\u202f${quantity.unit}`;
}

const binaryUnits = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** Bytes in binary units; three significant digits from KiB up. */
export function bytes(count: number | null): Quantity {
  if (count === null || !Number.isFinite(count)) return none;
  let index = 0;
  let value = Math.abs(count);
  while (value >= 999.5 && index < binaryUnits.length - 1) {
    value /= 1024;
    index += 1;
  }
  const digits = index === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  const sign = count < 0 ? '−' : '';
  return { value: `${sign}${value.toFixed(digits)}`, unit: binaryUnits[index] ?? 'B' };
}

/** A part of a whole in the whole's unit: `0.70` of `16.0 GiB`, never `717` of `16.0 GiB`. */
export function bytesOf(part: number | null, whole: number): string {
  if (part === null || !Number.isFinite(part)) return dash;
  const { unit } = bytes(whole);
  const value = part / 1024 ** Math.max(0, (binaryUnits as readonly string[]).indexOf(unit));
  return value.toFixed(value >= 99.95 || unit === 'B' ? 0 : value >= 9.995 ? 1 : 2);
}

/** Parameters of a model, as models are named: 494 M, 3.09 B. */
export function parameters(value: number | null): Quantity {
  if (value === null || value < 999_500_000) return count(value);
  return { value: significant(value / 1e9, 3), unit: 'B' };
}

const decimalUnits = ['B', 'kB', 'MB', 'GB', 'TB'] as const;

/** Bytes in decimal units, as disks and downloads are sold; memory is told by `bytes`. */
export function storage(size: number | null): Quantity {
  if (size === null || !Number.isFinite(size)) return none;
  let index = 0;
  let value = Math.max(0, size);
  while (value >= 999.5 && index < decimalUnits.length - 1) {
    value /= 1000;
    index += 1;
  }
  const digits = index === 0 || value >= 99.95 ? 0 : 1;
  return { value: value.toFixed(digits), unit: decimalUnits[index] ?? 'B' };
}

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** A whole number with thousands separated. */
export function integer(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return dash;
  return grouped.format(value);
}

/** A large count, shortened: 1,234 · 12.3 k · 4.56 M. */
export function count(value: number | null): Quantity {
  if (value === null || !Number.isFinite(value)) return none;
  const size = Math.abs(value);
  if (size < 10_000) return { value: integer(value), unit: '' };
  for (const [limit, factor, unit] of [
    [999_500, 1e3, 'k'],
    [999_500_000, 1e6, 'M'],
    [Number.POSITIVE_INFINITY, 1e9, 'G'],
  ] as const) {
    if (size < limit) return { value: significant(value / factor, 3), unit };
  }
  return none;
}

/** Fixed count of significant digits without an exponent, for values of ordinary size. */
export function significant(value: number | null, digits = 3): string {
  if (value === null || !Number.isFinite(value)) return dash;
  if (value === 0) return '0';
  // Rounded first, so that 0.9996 reads as 1.00 and not as 1.000.
  const magnitude = Math.floor(Math.log10(Math.abs(Number(value.toPrecision(digits)))));
  if (magnitude < -4 || magnitude > 6) return scientific(value, digits - 1);
  const places = Math.min(8, Math.max(0, digits - 1 - magnitude));
  return value.toFixed(places).replace('-', '−');
}

/** 2.0e−4, the way learning rates are written. */
export function scientific(value: number | null, places = 1): string {
  if (value === null || !Number.isFinite(value)) return dash;
  if (value === 0) return '0';
  return value.toExponential(places).replaceAll('-', '−').replace('e+', 'e');
}

/** A loss: three decimals below ten. */
export function loss(value: number | null): string {
  if (value === null || !Number.isFinite(value)) return dash;
  return Math.abs(value) < 10 ? value.toFixed(3) : significant(value, 4);
}

/** A share of one as percent, one decimal unless it is whole at 0 or 100. */
export function percent(share: number | null, places = 1): Quantity {
  if (share === null || !Number.isFinite(share)) return none;
  const value = share * 100;
  const whole = value === 0 || value === 100;
  return { value: value.toFixed(whole ? 0 : places).replace('-', '−'), unit: '%' };
}

/** A length of time in seconds: 340 ms, 4.2 s, 42 s, 3 min 05 s, 1 h 04 min, 2 d 3 h. */
export function duration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return dash;
  if (seconds === 0) return '0 s';
  if (seconds < 0.9995) return `${Math.max(1, Math.round(seconds * 1000))} ms`;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 59.5) return `${Math.round(seconds)} s`;
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${pad(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${pad(minutes % 60)} min`;
  const hours = Math.round(seconds / 3600);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Roughly, for expectations and time left: 40 s, 3 min, 1 h 5 min. */
export function roughDuration(seconds: number | null): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return dash;
  if (seconds < 60) return `${Math.max(1, Math.round(seconds))} s`;
  if (seconds < 150) return `${Math.round(seconds / 6) / 10} min`;
  if (seconds < 3600) return `${Math.round(seconds / 60)} min`;
  return duration(seconds);
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}

/** When, seen from now: 14:02, yesterday 14:02, 12 Nov 14:02, 12 Nov 2024. */
export function moment(iso: string | null, now: Date = new Date()): string {
  if (iso === null) return dash;
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return dash;
  const clock = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  const days = Math.round((startOfDay(now) - startOfDay(date)) / 86_400_000);
  if (days === 0) return clock;
  if (days === 1) return `yesterday ${clock}`;
  const day = `${date.getDate()} ${date.toLocaleString('en-GB', { month: 'short' })}`;
  return date.getFullYear() === now.getFullYear()
    ? `${day} ${clock}`
    : `${day} ${date.getFullYear()}`;
}

function startOfDay(date: Date): number {
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
}

/** The clock when something that takes `seconds` from now ends. */
export function endsAt(seconds: number | null, now: Date = new Date()): string {
  if (seconds === null || !Number.isFinite(seconds) || seconds < 0) return dash;
  return moment(new Date(now.getTime() + seconds * 1000).toISOString(), now);
}

/** `3 tasks`, `1 task`. */
export function plural(amount: number, singular: string, several = `${singular}s`): string {
  return `${integer(amount)} ${amount === 1 ? singular : several}`;
}

/** p-values: three decimals, never zero. */
export function probability(value: number): string {
  return value < 0.001 ? '< 0.001' : `= ${value.toFixed(3)}`;
}
