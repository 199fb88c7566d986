/** One line of a terminal that is written over and over. */
export interface LiveLine {
  readonly show: (text: string) => void;
  /** Writes a line that stays, above the live one. */
  readonly print: (text: string) => void;
  /** Takes the line away and gives the cursor back. */
  readonly clear: () => void;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const ERASE_LINE = '\r\u001B[2K';

/** As much of a text as fits into a line; a line that wraps could not be erased. */
export const fitted = (text: string, width: number): string => {
  const [line = ''] = text.split('\n');
  return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`;
};

/** @param width asked for anew each time, since a terminal may change. */
export const createLiveLine = (write: (text: string) => void, width: () => number): LiveLine => {
  let shown = '';
  // Whatever ends the process must leave a cursor behind.
  const giveCursorBack = (): void => write(SHOW_CURSOR);
  const begin = (): void => {
    if (shown === '') {
      write(HIDE_CURSOR);
      process.once('exit', giveCursorBack);
    }
  };
  return {
    show: (text) => {
      begin();
      shown = text;
      write(ERASE_LINE + fitted(text, width()));
    },
    print: (text) => {
      write(shown === '' ? `${text}\n` : `${ERASE_LINE}${text}\n${fitted(shown, width())}`);
    },
    clear: () => {
      if (shown === '') return;
      shown = '';
      process.off('exit', giveCursorBack);
      write(ERASE_LINE + SHOW_CURSOR);
    },
  };
};
