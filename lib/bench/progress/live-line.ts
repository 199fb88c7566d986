import { printable } from '../wording/text-layout.ts';

/** Where lines are redrawn. */
export interface LiveTerminal {
  /** Writes a text unchanged, control characters included. */
  readonly write: (text: string) => void;
  /** The current width, which changes if the user resizes the terminal. */
  readonly width: () => number;
}

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

export const createLiveLine = ({ write, width }: LiveTerminal): LiveLine => {
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
      shown = lines.map(printable);
      write(erase + drawing());
    },
    print: (text) => {
      const line = printable(text);
      write(shown.length === 0 ? `${line}\n` : `${erasure()}${line}\n${drawing()}`);
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
