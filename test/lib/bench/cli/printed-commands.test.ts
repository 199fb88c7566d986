import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandNames, helpTexts } from '../../../../lib/bench/cli/help.ts';

const root = path.resolve(import.meta.dirname, '../../../..');

const READ = /\.(?:ts|md|sh)$/;

const filesBelow = (folder: string): readonly string[] =>
  readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => READ.test(file))
    .map((file) => path.join(folder, file));

const files = [
  ...['lib', 'serving-configs', 'middleware', 'k6', 'test/bench'].flatMap(filesBelow),
  'README.md',
];

/** A command ends where its sentence goes on, or where the text or the code around it does. */
const PRINTED = /npx serving-compare ([a-z][a-z-]*)([^"'`;,|&()\n\\]*)/g;

const printed = files.flatMap((file) =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(PRINTED)].map(
    ([text, command = '', rest = '']) => ({ file, text, command, rest }),
  ),
);

describe('the commands that hints and documents print', () => {
  it('begin with a command that exists', () => {
    expect(printed.length).toBeGreaterThan(100);
    expect(
      printed.filter(({ command }) => !(commandNames as readonly string[]).includes(command)),
    ).toEqual([]);
  });

  it('have only options that their command has', () => {
    const unknown = printed.flatMap(({ file, command, rest }) => {
      const help = helpTexts[command as keyof typeof helpTexts];
      return [...rest.matchAll(/(?<=\s)--[a-z][a-z0-9-]*/g)]
        .filter(([option]) => !help.includes(option))
        .map(([option]) => `${file}: ${command} ${option}`);
    });

    expect(unknown).toEqual([]);
  });
});
