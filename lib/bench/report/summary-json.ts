import type { PercentileSupport } from '../stats/percentile-claim.ts';
import type { Bypass, SummaryRow } from '../analysis/summary-row.ts';
import type { Summary } from '../analysis/summary.ts';
import { jsonPieces } from './json-pieces.ts';

type Percentiles = Pick<SummaryRow, 'p95Ms' | 'p99Ms' | 'p999Ms'>;

const CLAIMS = [
  ['p95', 'p95Ms'],
  ['p99', 'p99Ms'],
  ['p999', 'p999Ms'],
] as const satisfies readonly (readonly [keyof PercentileSupport, keyof Percentiles])[];

/** Without the percentiles that its answers are too few for. */
const supportedOnly = <Figures extends Partial<Percentiles>>(
  figures: Figures,
  support: PercentileSupport | undefined,
): Figures => {
  const lacking = new Set<string>(
    CLAIMS.flatMap(([claimed, key]) => (support?.[claimed] === false ? [key] : [])),
  );
  return lacking.size === 0
    ? figures
    : (Object.fromEntries(Object.entries(figures).filter(([key]) => !lacking.has(key))) as Figures);
};

const bypassOf = (bypass: Bypass): Bypass => supportedOnly(bypass, bypass.percentileSupport);

/**
 * `summary.json`: all that the outputs say, as they say it. A percentile that the answers do not support is left out, as it is in
 * the tables; charts draw it faint. The records have it.
 */
export const renderSummaryJson = (summary: Summary): Iterable<string> => {
  const rows = summary.rows.map((row): SummaryRow => {
    const claimed = supportedOnly(row, row.percentileSupport);
    return row.bypass === undefined ? claimed : { ...claimed, bypass: bypassOf(row.bypass) };
  });
  return jsonPieces({ ...summary, rows });
};
