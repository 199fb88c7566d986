import { numberOf } from './option-values.ts';
import type { RunValues } from './run-options.ts';

const LIMITS = { least: 0, most: 65_535, whole: true } as const;

/** The port of `--serve-progress`; undefined where it was not said. */
export const progressPortOf = ({ 'serve-progress': port }: RunValues): number | undefined =>
  port === undefined ? undefined : numberOf('serve-progress', port, LIMITS);

/** The line that tells where the report is served. */
export const servedText = (url: string): string => `the report as it grows: ${url}\n`;
