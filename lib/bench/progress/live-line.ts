/** Lines of a terminal that are redrawn; usually one. */
export interface LiveLine {
  readonly show: (...lines: readonly string[]) => void;
  /** Writes a line that stays, above the live ones. */
  readonly print: (text: string) => void;
  /** Takes the lines away and gives the cursor back. */
  readonly clear: () => void;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const ERASE_LINE = '\r\u001B[2K';
const ERASE_LINE_ABOVE = '\u001B[1A\u001B[2K';

/** As much of a text as fits into a line: a line that wraps cannot be erased. */
export const fitted = (text: string, width: number): string => {
  const [line = ''] = text.split('\n');
  return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`;
};

/** @param width asked for again each time, since a terminal may change. */
export const createLiveLine = (write: (text: string) => void, width: () => number): LiveLine => {
  let shown: readonly string[] = [];
  // The cursor must come back however the process ends.
  const giveCursorBack = (): void => write(SHOW_CURSOR);
  const begin = (): void => {
    if (shown.length === 0) {
      write(HIDE_CURSOR);
      process.once('exit', giveCursorBack);
    }
  };
  const erased = (): string => ERASE_LINE + ERASE_LINE_ABOVE.repeat(Math.max(0, shown.length - 1));
  const drawn = (): string => shown.map((line) => fitted(line, width())).join('\n');
  return {
    show: (...lines) => {
      begin();
      const erase = erased();
      shown = lines;
      write(erase + drawn());
    },
    print: (text) => {
      write(shown.length === 0 ? `${text}\n` : `${erased()}${text}\n${drawn()}`);
    },
    clear: () => {
      if (shown.length === 0) return;
      const erase = erased();
      shown = [];
      process.off('exit', giveCursorBack);
      write(erase + SHOW_CURSOR);
    },
  };
};
