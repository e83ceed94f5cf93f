/** Numbers as the face writes them (docs: the design language, section 5). */

const thin = '\u202f';
const minus = '\u2212';

/** Exact, with thin spaces: 1 240 000. */
export function count(value: number): string {
  const digits = Math.abs(Math.trunc(value)).toString();
  const grouped = digits.replace(/\B(?=(\d{3})+$)/g, thin);
  return value < 0 ? `${minus}${grouped}` : grouped;
}

/** A whole number that is written out, however long: a double would round it. */
export function wholeNumber(text: string): string | null {
  const found = /^\s*([+-]?)(\d+)\s*$/.exec(text);
  if (found === null) return null;
  return (found[1] === '-' ? minus : '') + found[2]!.replace(/\B(?=(\d{3})+$)/g, thin);
}

/** `1 row`, `12 408 rows`. */
export function plural(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** For tiles: 1.24 M. */
export function shortCount(value: number): string {
  const size = Math.abs(value);
  for (const [limit, unit] of [
    [1e9, 'G'],
    [1e6, 'M'],
  ] as const)
    if (size >= limit) return `${signed((value / limit).toPrecision(3))} ${unit}`;
  return count(value);
}

/** Bytes at powers of ten: 719 MB. */
export function bytes(value: number): string {
  if (value < 1000) return `${value} B`;
  let unit = 0;
  let size = value;
  while (size >= 999.5 && unit < units.length) {
    size /= 1000;
    unit += 1;
  }
  return `${Number(size.toPrecision(3))} ${units[unit - 1]}`;
}

const units = ['kB', 'MB', 'GB', 'TB', 'PB'];

/** Seconds as people say them: `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`. */
export function duration(seconds: number): string {
  if (seconds < 9.95) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** A number that is no count, at three significant digits; its full value belongs into the tooltip. */
export function figure(value: number): string {
  if (!Number.isFinite(value))
    return value > 0 ? 'infinite' : Number.isNaN(value) ? 'not a number' : `${minus}infinite`;
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value);
  const size = Math.abs(value);
  if (size >= 1e6 || size < 1e-4) return signed(value.toExponential(2));
  if (size >= 1000) return count(Math.round(value));
  return signed(String(Number(value.toPrecision(4))));
}

/** Two decimals; what is not 1 never reads as 1. */
export function probability(value: number, decimals = 2): string {
  const text = value.toFixed(decimals);
  if (Number(text) === 1 && value < 1) return `> 0.${'9'.repeat(decimals)}`;
  if (Number(text) === 0 && value > 0) return `< 0.${'0'.repeat(decimals - 1)}1`;
  return text;
}

/** A share in per cent with two decimals. */
export function percent(share: number): string {
  return `${(share * 100).toFixed(2)} %`;
}

function signed(text: string): string {
  return text.replace('-', minus);
}

/** How long ago, shortly; the exact time belongs into the tooltip. */
export function ago(iso: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(iso)) / 1000);
  if (seconds < 60) return 'just now';
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)} h`;
  if (seconds < 7 * 86_400) return new Date(iso).toLocaleDateString('en-GB', { weekday: 'short' });
  return new Date(iso).toLocaleDateString('en-GB', { day: 'numeric', month: 'short', year: 'numeric' });
}

export function moment(iso: string): string {
  return new Date(iso).toLocaleString('en-GB', { dateStyle: 'medium', timeStyle: 'medium' });
}
