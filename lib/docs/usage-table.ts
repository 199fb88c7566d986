import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { PlatformUsage } from '../bench/analysis/platform-usage.ts';
import { factsOf, USAGE_COLUMNS } from '../bench/report/sections/usage.ts';
import { counted } from '../bench/wording/format-number.ts';
import { markdownTable } from './markdown-table.ts';

/** The file that `npm run bench:usage` writes. */
interface MeasuredUsage {
  readonly date: string;
  readonly machine: string;
  readonly starts: number;
  readonly platforms: readonly PlatformUsage[];
}

const measuredUsage = (): MeasuredUsage =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'usage.json'), 'utf8')) as MeasuredUsage;

const sourcesOf = (usage: PlatformUsage): string => {
  const { lastRelease, maintained, readOn } = factsOf(usage);
  return `[release](${lastRelease.source}), [maintenance](${maintained.source}), read on ${readOn}`;
};

/** A Markdown table of what it takes to use each platform, below a line that says how it was measured. */
export const usageTable = (): string => {
  const { date, machine, starts, platforms } = measuredUsage();
  // Figures that no platform has, such as GPU memory, get no column.
  const columns = USAGE_COLUMNS.filter(({ value }) =>
    platforms.some((usage) => value(usage) !== ''),
  );
  const heads = columns.map(({ title, unit }) =>
    unit === undefined ? title : `${title}, ${unit}`,
  );
  const rows = platforms.map((usage) => [
    ...columns.map(({ text }) => text(usage)),
    `\`${factsOf(usage).call}\``,
    sourcesOf(usage),
  ]);
  return `Measured on ${date}, ${machine}, medians of ${counted(starts, 'start')}.\n\n${markdownTable([[...heads, 'Shortest call', 'Sources'], ...rows])}`;
};
