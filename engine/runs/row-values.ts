import { DuckDBListValue, DuckDBStructValue, type DuckDBValue } from '@duckdb/node-api';

/**
 * A value of a result as calls carry it: whole numbers that a double cannot hold as text, what is not finite as null,
 * lists as arrays, structs as objects.
 */
export function plainValue(value: DuckDBValue): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (value instanceof DuckDBListValue) return value.items.map((item) => plainValue(item));
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([name, entry]) => [name, plainValue(entry)]));
  }
  return value;
}
