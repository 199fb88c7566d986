import { checks } from './metrics.ts';

/** Counts each check and says whether all hold. */
export const check = <Value>(
  value: Value,
  sets: Readonly<Record<string, (value: Value) => boolean>>,
): boolean => {
  const results = Object.values(sets).map((holds) => holds(value));
  for (const result of results) checks.add(result);
  return results.every(Boolean);
};
