import { ownManifestOf, RESNET50, type ServingName } from '../../../serving-configs/index.ts';
import type { ManyModels } from '../../../serving-configs/manifest.ts';
import type { PlanOptions } from '../model/plan-options.ts';

/** How a serving from packages holds several models; undefined if it holds one. */
export const manyModelsOf = (serving: ServingName): ManyModels | undefined => {
  const { venv } = ownManifestOf(serving, RESNET50);
  return 'manyModels' in venv ? venv.manyModels : undefined;
};

/** The rows of a server: one for each protocol over which it loads models. */
export const loadProtocolsOf = (serving: ServingName) => {
  const { load = {} } = manyModelsOf(serving) ?? {};
  const over = (['rest', 'grpc'] as const).filter((protocol) => protocol in load);
  return over.length > 1 ? over : [undefined];
};

/**
 * What a tiny model costs on two cores, in the process of the server or in one of its own: time until it is loaded into a running server,
 * what it adds to a restart, and memory. They are close to those of the run in lib/docs/many-run.
 */
const COSTS = {
  shared: { loadSeconds: 0.16, restartSeconds: 0, MiB: 0.3 },
  process: { loadSeconds: 0.7, restartSeconds: 0.38, MiB: 36 },
} as const;
const START = { seconds: 2.5, MiB: 110 } as const;
/** Of one count, of all steps that do not depend on the models, and of those that load models again. */
const [COUNT_SECONDS, FIXED_SECONDS, LOADED_AGAIN] = [14, 34, 26];
const [SINGLES, RESTARTS] = [4, 12];

/** What a server with many tiny models is expected to take. */
export interface ExpectedMany {
  readonly seconds: number;
  readonly MiB: number;
}

export const expectedMany = (
  serving: ServingName,
  { counts = [1] }: Pick<PlanOptions, 'counts'>,
): ExpectedMany => {
  const many = manyModelsOf(serving);
  const cost = COSTS[many?.hasProcesses === true ? 'process' : 'shared'];
  const most = counts.at(-1) ?? 1;
  const again = Math.min(most, LOADED_AGAIN);
  const starts = many?.how === 'restart' ? SINGLES + RESTARTS : SINGLES;
  const loadsSeconds =
    many?.how === 'restart'
      ? ((RESTARTS * most) / 2) * cost.restartSeconds
      : (most + again) * cost.loadSeconds;
  const perRow =
    FIXED_SECONDS + starts * START.seconds + counts.length * COUNT_SECONDS + loadsSeconds;
  return {
    seconds: perRow * loadProtocolsOf(serving).length,
    MiB: START.MiB + most * cost.MiB,
  };
};
