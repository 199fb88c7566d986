/** Runs a command line in a terminal and answers every question with yes: arguments of bash. */
export const inTerminal = (line: string): readonly string[] => [
  '-c',
  'while sleep 2; do echo y; done | script --quiet --return --command "$0" /dev/null',
  line,
];

/** Turns off colours and lines that overwrite each other. */
export const PLAIN = { CI: 'true', TERM: 'dumb' } as const;
