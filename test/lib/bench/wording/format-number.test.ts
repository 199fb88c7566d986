import {
  durationText,
  figureAsNumber,
  formatBytes,
  formatFigure,
  formatPercent,
} from '../../../../lib/bench/wording/format-number.ts';

describe('A figure as text', () => {
  it.each([
    [0, '0'],
    [0.0004, '<0.001'],
    [0.0347, '0.035'],
    [1, '1.00'],
    [9.994, '9.99'],
    [9.996, '10.0'],
    [12.345, '12.3'],
    [99.94, '99.9'],
    [99.96, '100'],
    [1234.5, '1235'],
    [59_984, '59984'],
  ])('of %p is %p', (value, text) => {
    expect(formatFigure(value)).toBe(text);
  });

  it.each([
    [0, '0'],
    [0.000_412_3, '0.000412'],
    [-0.000_000_412_3, '-4.12e-7'],
    [0.0347, '0.035'],
    [1234.5, '1235'],
    [undefined, ''],
    [Number.NaN, ''],
  ])('of %p is %p for programs', (value, text) => {
    expect(figureAsNumber(value)).toBe(text);
  });

  it('is a dash if there is none', () => {
    expect(formatFigure(undefined)).toBe('–');
    expect(formatFigure(Number.NaN)).toBe('–');
    expect(formatPercent(undefined)).toBe('–');
  });

  it('is a percentage for a share', () => {
    expect(formatPercent(0.018)).toBe('1.80');
    expect(formatPercent(1)).toBe('100');
  });

  it('has a suitable unit for bytes', () => {
    expect(formatBytes(0)).toBe('0 B');
    expect(formatBytes(1536)).toBe('1.50 KiB');
    expect(formatBytes(8 * 1024 ** 3)).toBe('8.00 GiB');
  });
});

describe('A duration as text', () => {
  it.each([
    [0.4, '0 s'],
    [59, '59 s'],
    [65, '1 min 05 s'],
    [3599.6, '1 h 00 min'],
    [36_000, '10 h 00 min'],
  ])('of %d seconds is %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });
});
