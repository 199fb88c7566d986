import type { CommandLine, Option } from '../../serving-configs/options/command.ts';
import { conditionsFor, defaultOf, labelOf } from '../../serving-configs/options/help.ts';
import { optionNames, options as configOptions } from '../config/options.ts';
import { defaultsOf, planOptions } from '../bench/plan/command-line.ts';
import { commands } from '../bench/cli/commands.ts';
import { markdownTable } from './markdown-table.ts';

/** The commands for people. */
const listed = Object.entries<Omit<CommandLine, 'name'> & { summary: string; list?: string }>(
  commands,
).filter(([, { list }]) => list !== undefined);

/** What each command does, as a Markdown table. */
export const commandTable = (): string =>
  markdownTable([
    ['command', 'does', 'for example'],
    ...listed.map(([name, { summary, examples = [] }]) => [
      `\`${name}\``,
      summary,
      `\`${examples[0] ?? ''}\``,
    ]),
  ]);

/** The options of all commands as a Markdown table; one that several commands have stands there once. */
export const commandOptionTable = (): string => {
  const rows = new Map<
    string,
    { readonly commands: string[]; readonly cells: readonly string[] }
  >();
  for (const [name, { options, words = [] }] of listed) {
    for (const [option, facts] of Object.entries(options)) {
      if (words.includes(option)) continue;
      const cells = [
        `\`${labelOf(option, facts)}\``,
        facts.description,
        facts.kind.placeholder === '' ? '' : facts.kind.expected,
        defaultOf(facts),
        conditionsFor(facts, options)
          .map((one) => `\`${one}\``)
          .join(' or '),
      ];
      const row = rows.get(cells.slice(0, 4).join('\n')) ?? { commands: [], cells };
      rows.set(cells.slice(0, 4).join('\n'), row);
      row.commands.push(name);
    }
  }
  return markdownTable([
    ['option', 'of', 'what it decides', 'takes', 'default', 'only with'],
    ...[...rows.values()].map(({ commands: of, cells: [label = '', ...cells] }) => [
      label,
      of.length === listed.length ? 'all' : of.join(', '),
      ...cells,
    ]),
  ]);
};

/** What each profile sets, for the options that not all set alike. */
export const profileTable = (): string => {
  const rows = Object.entries<Option>(planOptions)
    .filter(([name]) => name !== 'profile')
    .map(([name, option]) => ({ name, defaults: defaultsOf(name, option) }))
    .filter(({ defaults }) => new Set(defaults.map(({ text }) => text)).size > 1);
  return markdownTable([
    [
      'option',
      ...(rows[0]?.defaults ?? []).map(({ profile, where }) => `${profile} ${where}`.trim()),
    ],
    ...rows.map(({ name, defaults }) => [
      `\`--${name}\``,
      ...defaults.map(({ text }) => text.replaceAll(',', ', ')),
    ]),
  ]);
};

/** The options of a deployment as a Markdown table. */
export const optionTable = (): string =>
  markdownTable([
    ['option', 'what it decides', 'takes', 'default'],
    ...optionNames.map((name) => {
      const facts: Option = configOptions[name];
      const { description, kind, default: value, defaultText } = facts;
      const fallback =
        value === undefined ? '' : `\`${JSON.stringify(value).replaceAll('"', '')}\``;
      return [`\`${name}\``, description, kind.expected, defaultText ?? fallback];
    }),
  ]);
