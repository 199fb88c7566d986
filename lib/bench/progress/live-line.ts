/** Lines at the end of a terminal that are redrawn in place; usually one. */
export interface LiveLine {
  readonly show: (...lines: readonly string[]) => void;
  /** Writes a permanent line above the live ones. */
  readonly print: (text: string) => void;
  /** Erases the live lines and shows the cursor again. */
  readonly clear: () => void;
}

const HIDE_CURSOR = '\u001B[?25l';
const SHOW_CURSOR = '\u001B[?25h';
const ERASE_LINE = '\r\u001B[2K';
const ERASE_LINE_ABOVE = '\u001B[1A\u001B[2K';

/** Shortens a text to one line of the terminal, because a line that wraps cannot be erased. */
export const fitToWidth = (text: string, width: number): string => {
  const [line = ''] = text.split('\n');
  return line.length < width ? line : `${line.slice(0, Math.max(0, width - 2))}…`;
};

/** @param width returns the current width, which changes if the user resizes the terminal */
export const createLiveLine = (write: (text: string) => void, width: () => number): LiveLine => {
  let shown: readonly string[] = [];
  const showCursor = (): void => write(SHOW_CURSOR);
  const erasure = (): string => ERASE_LINE + ERASE_LINE_ABOVE.repeat(Math.max(0, shown.length - 1));
  const drawing = (): string => shown.map((line) => fitToWidth(line, width())).join('\n');
  return {
    show: (...lines) => {
      if (shown.length === 0) {
        write(HIDE_CURSOR);
        process.once('exit', showCursor);
      }
      const erase = erasure();
      shown = lines;
      write(erase + drawing());
    },
    print: (text) => {
      write(shown.length === 0 ? `${text}\n` : `${erasure()}${text}\n${drawing()}`);
    },
    clear: () => {
      if (shown.length === 0) return;
      const erase = erasure();
      shown = [];
      process.off('exit', showCursor);
      write(erase + SHOW_CURSOR);
    },
  };
};
