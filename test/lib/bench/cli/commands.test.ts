import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { commandNames, loadCommand } from '../../../../lib/bench/cli/commands.ts';
import { readCommandLine } from '../../../../serving-configs/options/command.ts';

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

/** A printed command. It ends where the sentence or the code around it continues. */
const PRINTED = /npx serving-compare ([a-z][a-z-]*)((?:[^"'`;,|&()\n\\#]|,(?=\S))*)/g;

const printed = files.flatMap((file) =>
  [...readFileSync(path.join(root, file), 'utf8').matchAll(PRINTED)].map(
    ([text, command = '', rest = '']) => ({
      file,
      text,
      command,
      rest: rest.split(' -- ')[0] ?? '',
    }),
  ),
);

/** Placeholders, and commands that continue after a variable. */
const PLACEHOLDER = /[$<…]|\b[A-Z]{2,}|--profile$|--fail-if $/;

/** A command in a string or a template, with what is before and after it. */
const IN_CODE =
  /(?<before>.{0,4})(?<command>npx (?:serving-compare|cdk) [a-z](?:\$\{[^}]*\}|,(?=\S)|[^"'`;,()\n\\])*)(?<after>.?)/g;

describe('The commands that hints and documents print', () => {
  const commands = new Map<string, Awaited<ReturnType<typeof loadCommand>>>();

  const commandOf = (name: string) => {
    const found = commands.get(name);
    if (found === undefined) throw new Error(`there is no command ${name}`);
    return found;
  };

  beforeAll(async () => {
    for (const name of commandNames) commands.set(name, await loadCommand(name));
  });

  it('begin with a command that exists', () => {
    expect(printed.length).toBeGreaterThan(100);
    expect(printed.filter(({ command }) => !commands.has(command))).toEqual([]);
  });

  it('have only options that their command has', () => {
    const unknown = printed.flatMap(({ file, command, rest }) => {
      const { options } = commandOf(command);
      return [...rest.matchAll(/(?<=\s)--([a-z][a-z0-9-]*)/g)]
        .filter(([, option = '']) => option !== 'help' && options[option] === undefined)
        .map(([option]) => `${file}: ${command} ${option}`);
    });

    expect(unknown).toEqual([]);
  });

  it('can be pasted if they have no placeholders', () => {
    const pasted = printed.filter(({ rest }) => rest.includes(' --') && !PLACEHOLDER.test(rest));
    const refused = pasted.flatMap(({ file, text, command, rest }) => {
      const args = rest.split(' ').filter((word) => word !== '');
      try {
        readCommandLine(commandOf(command), args);
        return [];
      } catch (error) {
        return [`${file}: ${text}: ${String(error)}`];
      }
    });

    expect(pasted.length).toBeGreaterThan(40);
    expect(refused).toEqual([]);
  });

  it('are in quotes, or begin after a colon and end with their part of the text, so that each gets its own line', () => {
    const code = files.filter((file) => /^(?:lib\/bench|serving-configs)\/.*\.ts$/.test(file));
    const buried = code.flatMap((file) =>
      readFileSync(path.join(root, file), 'utf8')
        .split('\n')
        .filter((line) => !/^\s*(?:\*|\/\*|\/\/)/.test(line))
        .flatMap((line) => [...line.matchAll(IN_CODE)])
        .filter(({ groups: { before = '', after = '' } = {} }) => {
          const begins = /(?:^|["'`}]|: | {2})$/.test(before);
          return !begins || !/^["'`;\\(]?$/.test(after);
        })
        .map(([text]) => `${file}: ${text}`),
    );

    expect(buried).toEqual([]);
  });
});
