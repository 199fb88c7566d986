import { RUN_ID_PATTERN } from '../../deployment/run-keys.ts';
import { usageError } from '../cli/usage.ts';

/** `2026-01-31t12-00-00-quick`: sorts by time, and is an object key, a unit name and a folder. */
export const newRunId = (at: Date, profile: string): string =>
  `${at.toISOString().slice(0, 19).replaceAll(':', '-').toLowerCase()}-${profile}`;

/**
 * A run id as it was typed.
 *
 * @throws BenchError where it is none.
 */
export const runIdOf = (text: string): string => {
  if (new RegExp(RUN_ID_PATTERN).test(text)) return text;
  throw usageError(
    `"${text}" is no run id`,
    'give small letters, digits and hyphens; "npx serving-compare status" lists the runs',
  );
};
