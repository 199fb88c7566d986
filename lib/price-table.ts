import { parseConfig } from './config.ts';
import { pairPrice, prices } from './prices.ts';

const dollars = (amount: number, digits: number): string => `$${amount.toFixed(digits)}`;

/** What a pair of the defaults costs, part by part, as a Markdown table with its date. */
export const priceTable = (): string => {
  const { parts, perHour } = pairPrice(parseConfig({})) ?? { parts: [], perHour: 0 };
  return [
    '| of one pair | US dollars an hour |',
    '| --- | --- |',
    ...parts.map((part) => `| ${part.what} | ${dollars(part.perHour, 4)} |`),
    `| together | ${dollars(perHour, 2)} |`,
    '',
    `List prices of ${prices.region} on ${prices.date} (\`lib/prices.json\`), without taxes. Traffic within the zone and to S3 costs nothing; results in S3, logs and requests are cents.`,
  ].join('\n');
};
