/** Numbers as people read them in a terminal; a missing one is a dash. */

const missing = '–';

export function percent(share: number | null, digits = 1): string {
  return share === null ? missing : `${(share * 100).toFixed(digits)} %`;
}

export function decimal(value: number | null, digits = 3): string {
  return value === null ? missing : value.toFixed(digits);
}

/** Binary units, as memory is counted. */
export function bytes(count: number | null): string {
  if (count === null) return missing;
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = count;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return `${value.toFixed(unit === 0 || value >= 100 ? 0 : 1)} ${units[unit]}`;
}

/** `47 s`, `3 min 05 s`, `2 h 07 min`. */
export function duration(seconds: number | null): string {
  if (seconds === null) return missing;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const two = (value: number): string => String(value).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two(Math.floor((whole % 3600) / 60))} min`;
}

/** Local date and time to the minute. */
export function when(iso: string | null): string {
  if (iso === null) return missing;
  const date = new Date(iso);
  const two = (value: number): string => String(value).padStart(2, '0');
  const day = `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
  return `${day} ${two(date.getHours())}:${two(date.getMinutes())}`;
}
