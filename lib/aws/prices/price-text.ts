import { parseConfig, type DeploymentConfig } from '../config/index.ts';
import { pairPrice, prices, unknownPrices } from './prices.ts';

const dollars = (amount: number, digits = 2): string => `$${amount.toFixed(digits)}`;

/** Says what a deployment costs, or which prices are unknown. `cdk` prints this before it deploys. */
export const priceText = (config: DeploymentConfig): string => {
  const end = `ends itself after ${config.maxHours} h`;
  const price = pairPrice(config);
  if (price === undefined) {
    return `costs: not known, lib/aws/prices/prices.json has no ${unknownPrices(config).join(', ')}; ${end}`;
  }
  const perHour = price.perHour * config.pairs;
  return [
    `costs about ${dollars(perHour)} an hour`,
    config.pairs === 1 ? '' : ` (${config.pairs} pairs of ${dollars(price.perHour)})`,
    config.spot ? ', less with spot capacity' : '',
    `; ${end}: at most ${dollars(perHour * config.maxHours)}`,
    ` (list prices of ${prices.region}, ${prices.date})`,
  ].join('');
};

/** A Markdown table of what a pair with the default options costs, part by part, with the date of the prices. */
export const priceTable = (): string => {
  const { parts, perHour } = pairPrice(parseConfig({})) ?? { parts: [], perHour: 0 };
  return [
    '| of one pair | US dollars an hour |',
    '| --- | --- |',
    ...parts.map((part) => `| ${part.what} | ${dollars(part.perHour, 4)} |`),
    `| together | ${dollars(perHour)} |`,
    '',
    `List prices of ${prices.region} on ${prices.date} (\`lib/aws/prices/prices.json\`), without taxes. Traffic within the zone and to S3 costs nothing; results in S3, logs and requests are cents.`,
  ].join('\n');
};
