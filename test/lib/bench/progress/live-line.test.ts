import { createLiveLine, fitToWidth } from '../../../../lib/bench/progress/live-line.ts';

const record = (width: number) => {
  const written: string[] = [];
  return {
    written,
    live: createLiveLine({ write: (text) => void written.push(text), width: () => width }),
  };
};

describe('The live line', () => {
  it('is cut to the width of the terminal', () => {
    expect(fitToWidth('0123456789', 11)).toBe('0123456789');
    expect(fitToWidth('0123456789', 10)).toBe('01234567…');
    expect(fitToWidth('first\nsecond', 80)).toBe('first');
  });

  it('is erased before it is written again, and restores the cursor', () => {
    const { written, live } = record(80);
    live.show('one');
    live.show('two');
    live.clear();
    live.clear();

    expect(written).toEqual([
      '\u001B[?25l',
      '\r\u001B[2Kone',
      '\r\u001B[2Ktwo',
      '\r\u001B[2K\u001B[?25h',
    ]);
  });

  it('can be several lines, which are erased from the last to the first', () => {
    const { written, live } = record(8);
    live.show('one', 'longer than that');
    live.show('two');
    live.clear();

    expect(written.slice(1)).toEqual([
      '\r\u001B[2Kone\nlonger…',
      '\r\u001B[2K\u001B[1A\u001B[2Ktwo',
      '\r\u001B[2K\u001B[?25h',
    ]);
  });

  it('shows control characters in its texts as their codes', () => {
    const { written, live } = record(80);
    live.show('one \u001B[2J');
    live.print('stays \u001B[2J');
    live.clear();

    expect(written.slice(1, 3)).toEqual([
      String.raw`${'\r\u001B[2K'}one \u001b[2J`,
      `\r\u001B[2K${String.raw`stays \u001b[2J`}\n${String.raw`one \u001b[2J`}`,
    ]);
  });

  it('stays below a line that is printed', () => {
    const { written, live } = record(80);
    live.show('live');
    live.print('stays');
    live.clear();

    expect(written[2]).toBe('\r\u001B[2Kstays\nlive');
  });
});
