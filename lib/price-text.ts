import type { Config } from './config.ts';
import { pairPrice, prices, unknownPrices } from './prices.ts';

const dollars = (amount: number): string => `$${amount.toFixed(2)}`;

/** What a deployment costs, as people read it before they deploy; or what is not known about it. */
export const priceText = (config: Config): string => {
  const end = `ends itself after ${config.maxHours} h`;
  const price = pairPrice(config);
  if (price === undefined) {
    return `costs: not known, lib/prices.json has no ${unknownPrices(config).join(', ')}; ${end}`;
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
