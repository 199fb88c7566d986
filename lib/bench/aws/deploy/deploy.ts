import { existsSync } from 'node:fs';
import { completeConfig } from '../../../complete-config.ts';
import { pairConfigOf, type Config } from '../../../config.ts';
import { pairStackName } from '../../../deployment/stack-names.ts';
import type { Aws } from '../clients.ts';
import { configProblem } from '../read-config.ts';
import { updateConfigFile } from '../update-config.ts';
import { callCdk, sharedWords } from './cdk.ts';
import { nextPlace, overrideFor, placeId } from './next-place.ts';
import { readFailures, readMarks, type FoundFailure } from './read-failures.ts';

/** What a deployment is made with. */
export interface DeployRequest {
  readonly aws: Aws;
  readonly config: Config;
  readonly configFile: string;
  /** Further words for `cdk deploy`. */
  readonly cdkWords: readonly string[];
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
  readonly outTo: 1 | 2;
}

/** How it ended. */
export type DeployResult =
  | { readonly state: 'deployed'; readonly pairOverrides: Config['pairOverrides'] }
  | {
      readonly state: 'failed';
      readonly exitCode: number;
      readonly failures: readonly FoundFailure[];
    };

/**
 * A stack whose creation failed cannot be updated. While it is there it also holds on to what the base stack exports for its
 * zone, so that the base stack could not be changed for another one.
 */
const mustGo = ({ status }: FoundFailure): boolean =>
  /^(CREATE_FAILED|ROLLBACK_COMPLETE|ROLLBACK_FAILED)$/.test(status);

const placeText = (place: { readonly availabilityZone: string; readonly spot: string }): string =>
  `${place.availabilityZone}, ${place.spot === 'off' ? 'on demand' : `spot (${place.spot})`}`;

/** How the CDK is told of a configuration file; a file that is not there is not named. */
const contextOf = (configFile: string): readonly string[] =>
  existsSync(configFile) ? ['-c', `config=${configFile}`] : [];

/**
 * Calls `cdk deploy --all`, and again with another place for the pairs that found no capacity, until all stand or no place is
 * left. Writes the places that worked into the configuration file, so that the next deployment leaves the nodes where they
 * are.
 */
export const deploy = async (request: DeployRequest): Promise<DeployResult> => {
  const { aws, configFile, cdkWords, tell, signal, outTo } = request;
  const config = await completeConfig(request.config, aws).catch((error: unknown) => {
    throw configProblem(error, configFile);
  });
  const { availabilityZone, otherAvailabilityZones } = config;
  const zones = config.areZonesGiven ? {} : { availabilityZone, otherAvailabilityZones };
  const tried = new Map<number, Set<string>>();
  let overrides = config.pairOverrides;
  const contextWords = (): readonly string[] => [
    ...contextOf(configFile),
    ...Object.entries(zones).flatMap(([name, value]) => ['-c', `${name}=${String(value)}`]),
    ...(overrides === config.pairOverrides
      ? []
      : ['-c', `pairOverrides=${JSON.stringify(overrides)}`]),
  ];
  for (;;) {
    const marks = await readMarks(aws, config.name);
    const exitCode = await callCdk(['deploy', '--all', ...contextWords(), ...cdkWords], outTo);
    signal.throwIfAborted();
    if (exitCode === 0) break;
    const failures = await readFailures(aws, config.name, marks);
    const dry = failures.filter(({ failure }) => failure.kind === 'capacity');
    if (dry.length === 0 || dry.length < failures.length) {
      return { state: 'failed', exitCode, failures };
    }
    for (const { pair, failure } of dry) {
      if (pair === undefined) return { state: 'failed', exitCode, failures };
      const now = pairConfigOf({ ...config, pairOverrides: overrides }, pair);
      const before = tried.get(pair) ?? new Set();
      tried.set(pair, before.add(placeId(now)));
      const next = nextPlace(config, pair, before);
      tell(`pair ${pair} (${placeText(now)}): ${failure.reason}`);
      if (next === undefined) return { state: 'failed', exitCode, failures };
      tell(`pair ${pair} goes on in ${placeText(next)}`);
      overrides = { ...overrides, [pair]: overrideFor(config, next) };
    }
    const gone = dry.filter(mustGo).flatMap(({ pair }) => pair ?? []);
    if (gone.length > 0) {
      const names = gone.map((pair) => pairStackName(config.name, pair));
      const words = [...contextWords(), ...sharedWords(cdkWords)];
      await callCdk(['destroy', '--force', ...names, ...words], outTo);
      signal.throwIfAborted();
    }
  }
  if (overrides !== config.pairOverrides) {
    const kept = overrides;
    await updateConfigFile(configFile, (said) => ({ ...said, ...zones, pairOverrides: kept }));
    tell(`${configFile} now says where these pairs are (pairOverrides)`);
  }
  return { state: 'deployed', pairOverrides: overrides };
};
