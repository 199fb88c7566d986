import type { DeploymentConfig } from '../../aws/config/index.ts';
import { NODE_ROLES } from '../../aws/contract/tags.ts';
import { pairPrice, unknownPrices } from '../../aws/prices/prices.ts';
import { priceText } from '../../aws/prices/price-text.ts';
import type { Aws } from './clients.ts';
import { checkBootstrap, checkCredentials } from './doctor/account.ts';
import { checkDownloads } from './doctor/addresses.ts';
import { attempt, ok, unknown, type DoctorCheck } from './doctor/check.ts';
import { checkImages } from './doctor/images.ts';
import { checkCapacity, checkInstance, checkZones } from './doctor/instances.ts';
import { checkNodes } from './doctor/nodes.ts';
import { checkQuotas } from './doctor/quotas.ts';

export type { DoctorCheck };

export interface DoctorOptions {
  /** Only what needs no account: images and other downloads. */
  readonly downloads?: boolean;
  /** Also reserve capacity for a moment. */
  readonly capacity?: boolean;
  /** Also check the nodes of the deployment, if it exists. By default true. */
  readonly nodes?: boolean;
  /** The options that `cdk deploy` will get. */
  readonly cdkOptions?: readonly string[];
}

/** What each pair costs, if that is known. */
const checkPrice = (config: DeploymentConfig): DoctorCheck =>
  pairPrice(config) === undefined
    ? unknown(
        'price',
        `lib/aws/prices/prices.json has no ${unknownPrices(config).join(', ')}: nothing here says what a deployment costs, and results have costs only if "run" gets --price-per-hour`,
      )
    : ok('price', priceText(config));

type NamedCheck = readonly [string, () => Promise<DoctorCheck | readonly DoctorCheck[]>];

/** The checks that need an account. */
const accountChecks = (
  aws: Aws,
  config: DeploymentConfig,
  { capacity = false, nodes = true, cdkOptions = [] }: DoctorOptions,
): readonly NamedCheck[] => [
  ['bootstrap', () => checkBootstrap(aws, cdkOptions)],
  ['quotas', () => checkQuotas(aws, config)],
  ['zones', () => checkZones(aws, config)],
  ...NODE_ROLES.map((role): NamedCheck => [`${role} AMI`, () => checkInstance(aws, config, role)]),
  ...(capacity ? [['capacity', () => checkCapacity(aws, config)] as const] : []),
  ...(nodes ? [['deployment', () => checkNodes(aws, config.name)] as const] : []),
];

/**
 * Checks everything that a deployment needs, and the deployment itself if it exists. Images and other downloads are checked without an
 * account; without credentials all other checks are unknown, since they would fail for the same reason.
 */
export const runChecks = async (
  aws: Aws,
  config: DeploymentConfig,
  options: DoctorOptions = {},
): Promise<readonly DoctorCheck[]> => {
  const downloads = Promise.all([checkImages(config), checkDownloads(aws, config)]);
  if (options.downloads === true) return (await downloads).flat();
  const credentials = await attempt('credentials', () => checkCredentials(aws));
  const isOut = credentials.some(({ state }) => state === 'failed');
  const accountResults = accountChecks(aws, config, options).map(async ([name, check]) =>
    isOut
      ? [unknown(name, 'not checked, because the check of the credentials failed')]
      : attempt(name, check),
  );
  return [
    ...credentials,
    ...(await Promise.all(accountResults)).flat(),
    checkPrice(config),
    ...(await downloads).flat(),
  ];
};
