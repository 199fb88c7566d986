import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { shellWord } from '../options/shell-word.ts';

/** In the command of a script: the REST port. */
export const PORT = '$PORT';

/** In the script: the folder that it is in, which may be moved. */
const FOLDER = '$FOLDER';

/** A script that starts a server. */
interface StartScript {
  /** Lines at its top. */
  readonly comment: readonly string[];
  /** Shell commands before the one of the server. */
  readonly before?: readonly string[];
  /** May contain {@link PORT}. */
  readonly command: readonly string[];
  /** The REST port, unless the first argument of the script or its variable `PORT` is another one that the command can take. */
  readonly port: number;
}

/** Writes a script `start.sh` into a folder. */
export const writeStartScript = (
  folder: string,
  { comment, before = [], command, port }: StartScript,
): Promise<void> => {
  const inFolder = command.map((word) => word.replaceAll(folder, FOLDER));
  const has = (name: string): boolean => inFolder.some((word) => word.includes(name));
  // A word with a dollar sign is in single quotes.
  const words = [PORT, FOLDER].reduce(
    (quoted, name) => quoted.map((word) => word.replaceAll(name, `'"${name}"'`)),
    inFolder.map(shellWord),
  );
  const script = [
    '#!/bin/sh',
    ...comment.map((line) => `# ${line}`),
    ...(has(PORT) ? [`PORT=\${1:-\${PORT:-${port}}}`] : []),
    ...(has(FOLDER)
      ? [
          // With the shell alone: dirname is another program.
          'FOLDER=$(case $0 in (*/*) cd "${0%/*}" ;; esac && pwd)',
        ]
      : []),
    ...before,
    `exec ${words.join(' ')}`,
    '',
  ];
  return writeFile(path.join(folder, 'start.sh'), script.join('\n'), { mode: 0o755 });
};
