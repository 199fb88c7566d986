import { usageError } from './usage.ts';

export const DAY_SECONDS = 86_400;

interface Range {
  readonly least: number;
  readonly most: number;
  readonly whole?: boolean;
}

/**
 * A number inside its bounds.
 *
 * @throws BenchError that says what would do.
 */
export const numberOf = (option: string, text: string, { least, most, whole }: Range): number => {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  const fits = value >= least && value <= most && (whole !== true || Number.isInteger(value));
  if (!fits) {
    throw usageError(
      `--${option} is "${text}"`,
      `give a ${whole === true ? 'whole ' : ''}number from ${least} to ${most}`,
    );
  }
  return value;
};

/** Words or numbers separated by commas; the option may also come several times. Each counts once. */
export const listOf = (option: string, texts: readonly string[]): readonly string[] => {
  const items = texts.flatMap((text) => text.split(',')).map((item) => item.trim());
  if (items.includes('')) {
    throw usageError(
      `--${option} is "${texts.join(' ')}"`,
      'give a list without gaps, separated by commas',
    );
  }
  return [...new Set(items)];
};

/** The bounds of p99 of `--slo-p99-ms`, in milliseconds. */
export const sloBoundsOf = (texts: readonly string[]): readonly number[] => {
  const bounds = listOf('slo-p99-ms', texts).map((text) =>
    numberOf('slo-p99-ms', text, { least: 0.1, most: DAY_SECONDS * 1000 }),
  );
  return [...new Set(bounds)];
};
