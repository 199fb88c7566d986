/** A serving that a node cannot start. */
export interface UnavailableServing {
  readonly serving: string;
  /** What its preparation or its test said, in one line. */
  readonly reason: string;
}

/** CloudFormation takes 4 KiB for everything that a node signals, and as much for an output of a stack. */
const MAX_CHARACTERS = 2800;

/** Only characters that neither JSON nor the shell writes longer. */
const inOneLine = (text: string): string =>
  text
    .replaceAll(/[^\x20-\x7E]+/g, ' ')
    .replaceAll(/["\\]/g, "'")
    .trim();

/** Writes the servings that a node cannot start as its bootstrap signals them: a line for each. */
export const unavailableText = (unavailable: readonly UnavailableServing[]): string =>
  unavailable
    .map(({ serving, reason }) =>
      `${serving}: ${inOneLine(reason)}`.slice(0, Math.floor(MAX_CHARACTERS / unavailable.length)),
    )
    .join('\n');

/** Reads what {@link unavailableText} wrote. */
export const parseUnavailable = (text: string): readonly UnavailableServing[] =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [serving = ''] = line.split(':');
      return { serving, reason: line.slice(serving.length + 2) };
    });
