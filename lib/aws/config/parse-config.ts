import { measuredInStudy, servingNames } from '../../../serving-configs/index.ts';
import type { Option } from '../../../serving-configs/options/command.ts';
import { suggest } from '../../../serving-configs/options/suggest.ts';
import { ConfigError, type DeploymentConfig, type GivenOptions } from './config.ts';
import { contradictions } from './contradictions.ts';
import { instanceTypeFacts } from './instance-type.ts';
import { isOptionName, optionNames, options, type OptionName, type RawOptions } from './options.ts';

/** Images of about 20 GB unpack to 33 GB, on the root disk if there is no NVMe disk. */
const defaultVolumeGiB = (servingInstanceType: string): number =>
  instanceTypeFacts(servingInstanceType).hasNvme ? 100 : 150;

const withDefaults = (raw: RawOptions): DeploymentConfig => {
  const given = Object.fromEntries(
    optionNames.map((name) => {
      const { default: fallback }: Option = options[name];
      return [name, raw[name] ?? fallback];
    }),
  ) as unknown as GivenOptions;
  const { region, servings = measuredInStudy, k6Version, servingInstanceType } = given;
  return {
    ...given,
    availabilityZone: given.availabilityZone ?? `${region}a`,
    areZonesGiven: raw.availabilityZone !== undefined || raw.otherAvailabilityZones !== undefined,
    // In the order of the manifests, so that the order in the configuration does not change a template.
    servings: servingNames.filter((name) => servings.includes(name)),
    k6Url:
      given.k6Url ??
      `https://github.com/grafana/k6/releases/download/v${k6Version}/k6-v${k6Version}-linux-amd64.tar.gz`,
    servingVolumeGiB: given.servingVolumeGiB ?? defaultVolumeGiB(servingInstanceType),
  };
};

const quoted = (value: unknown): string => JSON.stringify(value) ?? String(value);

/** The problems of a value, each with its place inside a list or an object. */
const valueProblems = (name: OptionName, value: unknown): readonly string[] => {
  const { kind }: Option = options[name];
  return kind
    .wrong(value)
    .map((wrong) => `${name}${wrong.keyPath} is ${quoted(wrong.value)}: give ${kind.expected}`);
};

const unknownName = (name: string): string => {
  const near = suggest(name, optionNames);
  return `there is no option ${name}${near === undefined ? '' : `: did you mean ${near}?`}`;
};

/**
 * Checks values and adds the defaults.
 *
 * @param input values by option; `{}` gives all defaults
 * @throws ConfigError with every wrong name and value, or with every contradiction between options.
 */
export const parseConfig = (input: Readonly<Record<string, unknown>>): DeploymentConfig => {
  const wrong = Object.entries(input).flatMap(([name, value]) =>
    isOptionName(name) ? valueProblems(name, value) : [unknownName(name)],
  );
  if (wrong.length > 0) throw new ConfigError(wrong);
  const config = withDefaults(input);
  const problems = contradictions(config, input);
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
};
