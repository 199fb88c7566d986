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

/** What tiny models cost on two cores: in the process of the server, or in processes of their own. */
const COSTS = {
  shared: { loadSeconds: 0.05, MiB: 0.3 },
  process: { loadSeconds: 1.5, MiB: 45 },
} as const;
const START = { seconds: 4, MiB: 110 } as const;
/** Of one count, of all steps that do not depend on the models, and of those that load models again. */
const [COUNT_SECONDS, FIXED_SECONDS, LOADED_AGAIN] = [14, 45, 26];
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
  const loads = many?.how === 'restart' ? (RESTARTS * most) / 2 : most + again;
  const starts = many?.how === 'restart' ? SINGLES + RESTARTS : SINGLES;
  const perRow =
    FIXED_SECONDS +
    starts * START.seconds +
    counts.length * COUNT_SECONDS +
    loads * cost.loadSeconds;
  return {
    seconds: perRow * loadProtocolsOf(serving).length,
    MiB: START.MiB + most * cost.MiB,
  };
};
