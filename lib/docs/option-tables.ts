import type { CommandLine, Option } from '../../serving-configs/options/command.ts';
import { conditionsFor, defaultOf, labelOf } from '../../serving-configs/options/help.ts';
import { commands } from '../bench/cli/commands.ts';
import { defaultsOf, planOptions } from '../bench/plan/command-line.ts';
import { optionNames, options as configOptions } from '../aws/config/options.ts';
import { markdownTable } from './markdown-table.ts';

/** Commands that `--help` lists; the others are for programs. */
const listed = Object.entries<Omit<CommandLine, 'name'> & { summary: string; list?: string }>(
  commands,
).filter(([, { list }]) => list !== undefined);

/** A Markdown table of the commands. */
export const commandTable = (): string =>
  markdownTable([
    ['command', 'does', 'for example'],
    ...listed.map(([name, { summary, examples = [] }]) => [
      `\`${name}\``,
      summary,
      `\`${examples[0] ?? ''}\``,
    ]),
  ]);

/** A Markdown table of the options of all commands. An option that several commands share has one row. */
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
          .map((condition) => `\`${condition}\``)
          .join(' or '),
      ];
      const key = cells.slice(0, 4).join('\n');
      const row = rows.get(key) ?? { commands: [], cells };
      rows.set(key, row);
      row.commands.push(name);
    }
  }
  return markdownTable([
    ['option', 'of', 'what it decides', 'takes', 'default', 'needs'],
    ...[...rows.values()].map(({ commands: names, cells: [label = '', ...cells] }) => [
      label,
      names.length === listed.length ? 'all' : names.join(', '),
      ...cells,
    ]),
  ]);
};

/** A Markdown table of the options whose defaults differ between profiles. */
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

/** A Markdown table of the options of a deployment. */
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
