import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import {
  addPackets,
  ALLOWANCE_COUNTERS,
  ALLOWANCES,
  type PacketsOver,
} from '../../contract/network-allowance.ts';

/** Reads the counters from what `ethtool --statistics` prints; undefined if the adapter has none, because it is not one of AWS. */
export const parsePacketsOver = (statistics: string): PacketsOver | undefined => {
  const counts = ALLOWANCES.flatMap((name) => {
    const [, count] =
      new RegExp(`^\\s*${ALLOWANCE_COUNTERS[name]}: (\\d+)$`, 'm').exec(statistics) ?? [];
    return count === undefined ? [] : [{ [name]: Number(count) }];
  });
  return counts.length === 0 ? undefined : addPackets(counts);
};

/** Far more than it takes, and less than the time until the next sample. */
const TIMEOUT_MS = 500;

/** Reads the packets above the allowances since boot, over several interfaces; undefined if none counts them. */
export const readPacketsOver = async (
  interfaces: readonly string[],
  program = 'ethtool',
  timeoutMs = TIMEOUT_MS,
): Promise<PacketsOver | undefined> => {
  const counts = await Promise.all(
    interfaces.map(async (name) =>
      promisify(execFile)(program, ['--statistics', name], { timeout: timeoutMs }).then(
        ({ stdout }) => parsePacketsOver(stdout),
        () => undefined,
      ),
    ),
  );
  const known = counts.flatMap((each) => each ?? []);
  return known.length === 0 ? undefined : addPackets(known);
};
