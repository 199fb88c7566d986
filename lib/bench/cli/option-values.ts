import { usageError } from './usage.ts';

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
