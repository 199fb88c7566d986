import { isServingName, servingNames } from '../../../../serving-configs/index.ts';
import { BenchError } from '../../model/errors.ts';
import { childOutput } from '../child.ts';
import { venvScripts } from '../project-files.ts';
import type { RuntimeEntry } from './runtime-entry.ts';

const WHAT = 'what is installed of the platforms could not be found out';

const parse = (text: string): readonly (RuntimeEntry | { readonly serving: string })[] => {
  try {
    return (JSON.parse(text) as { readonly servings: readonly RuntimeEntry[] }).servings;
  } catch (error) {
    throw new BenchError('BENCH_RUNTIME', `${WHAT}: the list is no JSON: ${text.slice(0, 200)}`, {
      cause: error,
    });
  }
};

/**
 * What of the platforms is installed from packages, for every serving in the order of the manifests.
 *
 * @throws BenchError where that cannot be found out.
 */
export const listVenv = async (signal: AbortSignal): Promise<readonly RuntimeEntry[]> => {
  const failure = { code: 'BENCH_RUNTIME', what: WHAT } as const;
  const listed = parse(await childOutput(venvScripts().list, [], failure, signal));
  const entries = new Map(listed.map((entry) => [entry.serving, entry]));
  return servingNames.map((serving): RuntimeEntry => {
    const entry = entries.get(serving);
    return entry !== undefined && 'state' in entry && isServingName(entry.serving)
      ? entry
      : { serving, state: 'impossible', reason: 'it does not run from packages' };
  });
};
