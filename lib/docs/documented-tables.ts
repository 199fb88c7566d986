import { readFileSync } from 'node:fs';
import path from 'node:path';
import {
  endpointOf,
  ownManifestOf,
  platforms,
  protocolsOf,
  RESNET50,
  servingNames,
  type PlatformName,
} from '../../serving-configs/index.ts';
import type {
  ContainerFacts,
  Endpoint,
  OwnManifest,
  Protocol,
} from '../../serving-configs/manifest.ts';
import type { Option } from '../../serving-configs/options/command.ts';
import { conditionsFor, defaultOf, labelOf } from '../../serving-configs/options/help.ts';
import {
  hasSetting,
  SETTING_NAMES,
  settingsWords,
  type NoSetting,
  type SettingKey,
} from '../../serving-configs/settings.ts';
import { optionNames, options as configOptions } from '../aws/config/options.ts';
import { priceTable } from '../aws/prices/price-text.ts';
import { CHECKS } from '../bench/analysis/checks/checks.ts';
import { reportedRecords } from '../bench/analysis/records.ts';
import type { PlatformUsage } from '../bench/analysis/starts.ts';
import { summarise } from '../bench/analysis/summarise.ts';
import { bestFinal, defaultFinal } from '../bench/analysis/tuning/summary.ts';
import type { TunedFinal } from '../bench/analysis/tuning/tuning-types.ts';
import { commandLists, loadCommand, type CommandName } from '../bench/cli/commands.ts';
import { FAULTS, faultFacts, type Fault } from '../bench/model/fault.ts';
import { targetId, wireOf, type Target } from '../bench/model/measurement.ts';
import { defaultsOf, planOptions } from '../bench/plan/command-line.ts';
import { readRunFolder } from '../bench/results/run-folder.ts';
import { USAGE_COLUMNS, factsOf } from '../bench/report/sections/usage.ts';
import { VERDICT_SIGNS } from '../bench/report/sections/stability.ts';
import { archivedWords } from '../bench/wording/archived.ts';
import {
  NO_FIGURE,
  counted,
  formatFigure,
  joined,
  withInterval,
} from '../bench/wording/format-number.ts';
import { labelOf as targetLabelOf, targetLabels } from '../bench/wording/labels.ts';

/** Formats rows of cells as a Markdown table. The first row is the header. */
const markdownTable = (rows: readonly (readonly string[])[]): string => {
  const [head = [], ...body] = rows.map((cells) =>
    cells.map((cell) => cell.replaceAll('|', '\\|')),
  );
  return [head, head.map(() => '---'), ...body]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n');
};

/** Commands that `--help` lists; the others are for programs. */
const listed = Object.values(commandLists).flatMap((list) =>
  Object.entries(list).map(([name, { summary }]) => ({ name: name as CommandName, summary })),
);

/** A Markdown table of the commands. */
const commandTable = async (): Promise<string> =>
  markdownTable([
    ['command', 'does', 'for example'],
    ...(await Promise.all(
      listed.map(async ({ name, summary }) => {
        const { examples = [] } = await loadCommand(name);
        return [`\`${name}\``, summary, `\`${examples[0] ?? ''}\``];
      }),
    )),
  ]);

/** A Markdown table of the options of all commands. An option that several commands share has one row. */
const commandOptionTable = async (): Promise<string> => {
  const rows = new Map<
    string,
    { readonly commands: string[]; readonly cells: readonly string[] }
  >();
  for (const { name } of listed) {
    const { options, words = [] } = await loadCommand(name);
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
const profileTable = (): string => {
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
const optionTable = (): string =>
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

const words: Readonly<Record<Protocol, string>> = { rest: 'REST', grpc: 'gRPC' };

const payloadText = ({ payloads, defaultPayload }: Endpoint): string =>
  Object.entries<readonly string[]>(payloads)
    .map(
      ([payload, encodings]) =>
        `\`${payload}\`${payload === defaultPayload ? '*' : ''} (${encodings.join(', ')})`,
    )
    .join(', ');

/** Says which image was tested. All ran on a CPU. */
const containerText = (version: string, { image }: ContainerFacts): string => {
  if (!('official' in image)) return `its own image, ${version}, on a stand-in for its base`;
  return image.standIn === undefined ? 'never run' : `a stand-in: ${image.standIn}`;
};

/** A Markdown table of all servings with the facts of their manifests, a row for each protocol. */
const servingTable = (): string => {
  const rows = servingNames.flatMap((serving) => {
    const {
      title,
      version,
      container,
      startTimeoutSeconds,
      checkedAgainst = 'nothing: never run',
    } = ownManifestOf(serving, RESNET50);
    return protocolsOf(serving).flatMap((protocol, index) => {
      const endpoint = endpointOf(serving, protocol);
      if (endpoint === undefined) return [];
      const isFirst = index === 0;
      return [
        [
          isFirst ? `\`${serving}\`` : '',
          isFirst ? joined(', ', `${title} ${version}`, archivedWords(serving)) : '',
          words[protocol],
          String(endpoint.port),
          payloadText(endpoint),
          isFirst ? `${startTimeoutSeconds} s` : '',
          checkedAgainst,
          isFirst ? containerText(version, container) : '',
        ],
      ];
    });
  });
  return markdownTable([
    [
      'id',
      'platform',
      'protocol',
      'port',
      'payloads (encodings, default first); * if a request names none',
      'ready within',
      'checked against, from packages',
      'its container, as tested',
    ],
    ...rows,
  ]);
};

type StabilityRow = Readonly<Record<string, string>>;

/** Splits a line of a CSV file whose fields have no line breaks. */
const fieldsOf = (line: string): readonly string[] =>
  [...line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^",]*))/g)].map(
    ([, quoted, plain = '']) => quoted?.replaceAll('""', '"') ?? plain,
  );

/** Reads `stability.csv` of a run with all real servers, the most stable first. */
const recordedRows = (): readonly StabilityRow[] => {
  const file = path.join(import.meta.dirname, 'stability.csv');
  const [head = [], ...lines] = readFileSync(file, 'utf8').trimEnd().split(/\r?\n/).map(fieldsOf);
  return lines.map((fields) =>
    Object.fromEntries(head.map((name, at) => [name, fields[at] ?? ''])),
  );
};

const targetOf = (id: string): Target => {
  const [serving, protocol, payload, encoding] = id.split('.');
  return { serving, protocol, payload, encoding } as Target;
};

const labelled = (rows: readonly StabilityRow[]): ReadonlyMap<string, string> => {
  const ids = new Set(rows.map(({ target = '' }) => target));
  const targets = [...ids].map(targetOf);
  const labels = targetLabels(targets);
  return new Map(
    targets.map((target) => [
      targetId(target),
      joined(', ', labels.get(targetId(target)), archivedWords(target.serving)),
    ]),
  );
};

const SIGNS: Readonly<Record<string, string>> = VERDICT_SIGNS;

/** A Markdown table of the verdicts, a row for each target. */
const stabilityMatrix = (): string => {
  const rows = recordedRows();
  const signs = new Map(
    rows.map(({ target, fault, verdict = '' }) => [`${target} ${fault}`, SIGNS[verdict]]),
  );
  return markdownTable([
    ['', ...FAULTS.map((fault) => faultFacts[fault].title)],
    ...[...labelled(rows)].map(([id, label]) => [
      label,
      ...FAULTS.map((fault) => signs.get(`${id} ${fault}`) ?? NO_FIGURE),
    ]),
  ]);
};

const FIGURES = {
  bad_answers: 'what the faulty requests got',
  failed_percent: 'good requests failed, %',
  p99_ratio: 'p99, × before',
  recovery_seconds: 'recovery, s',
  memory_gained_mib: 'memory, MiB more',
  processes_lost: 'processes lost',
};

/** A Markdown table of the figures behind each verdict other than `unaffected`. */
const stabilityFigures = (): string => {
  const rows = recordedRows();
  const labels = labelled(rows);
  const harmed = rows.filter(({ verdict = '' }) => verdict in SIGNS && verdict !== 'unaffected');
  return markdownTable([
    ['target', 'with', 'verdict', ...Object.values(FIGURES)],
    ...harmed.map((row) => [
      labels.get(row['target'] ?? '') ?? '',
      faultFacts[row['fault'] as Fault].title,
      `${SIGNS[row['verdict'] ?? '']} ${row['verdict']}`,
      ...Object.keys(FIGURES).map((key) => row[key] || NO_FIGURE),
    ]),
  ]);
};

/** The file that `npm run bench:usage` writes. */
interface MeasuredUsage {
  readonly date: string;
  readonly machine: string;
  readonly starts: number;
  readonly platforms: readonly PlatformUsage[];
}

const measuredUsage = (): MeasuredUsage =>
  JSON.parse(readFileSync(path.join(import.meta.dirname, 'usage.json'), 'utf8')) as MeasuredUsage;

const sourcesOf = (usage: PlatformUsage): string => {
  const { lastRelease, maintained, readOn } = factsOf(usage);
  return `[release](${lastRelease.source}), [maintenance](${maintained.source}), read on ${readOn}`;
};

/** A Markdown table of what it takes to use each platform, below a line that says how it was measured. */
const usageTable = (): string => {
  const { date, machine, starts, platforms: measured } = measuredUsage();
  // Figures that no platform has, such as GPU memory, get no column.
  const columns = USAGE_COLUMNS.filter(({ value }) =>
    measured.some((usage) => value(usage) !== ''),
  );
  const heads = columns.map(({ title, unit }) =>
    unit === undefined ? title : `${title}, ${unit}`,
  );
  const rows = measured.map((usage) => [
    ...columns.map(({ text }) => text(usage)),
    `\`${factsOf(usage).call}\``,
    sourcesOf(usage),
  ]);
  return `Measured on ${date}, ${machine}, medians of ${counted(starts, 'start')}.\n\n${markdownTable([[...heads, 'Shortest call', 'Sources'], ...rows])}`;
};

/** Pages in this folder with generated tables. */
export const documentedTables = [
  'aws.md',
  'aws-options.md',
  'command-line.md',
  'how-a-run-works.md',
  'servings.md',
  'settings.md',
  'stability.md',
  'tune.md',
  'usage.md',
] as const;

/** The checks that every result must pass, with their limits. */
const checkTable = (): string =>
  markdownTable([
    ['check', 'question', 'limit'],
    ...CHECKS.map(({ title, asks, limit }) => [title, asks, limit]),
  ]);

/** The faults that `--faults` takes. */
const faultTable = (): string =>
  markdownTable([
    ['fault', 'what is done'],
    ...FAULTS.map((fault) => [`\`${fault}\``, faultFacts[fault].what]),
  ]);

/** The key of a setting, with the value of the product and what proved it; or why there is none. */
const settingText = (entry: SettingKey | NoSetting): string =>
  hasSetting(entry)
    ? `${entry.key} [${entry.default}]${entry.provedBy === undefined ? '' : `; proved by ${entry.provedBy}`}`
    : `none: ${entry.none}`;

/** The key of each setting, by platform. */
const settingTable = (): string => {
  const names = Object.keys(platforms) as readonly PlatformName[];
  return markdownTable([
    ['platform', ...SETTING_NAMES],
    ...names.flatMap((name) => {
      const [first] = Object.entries<OwnManifest>(platforms[name]);
      if (first === undefined) return [];
      const [serving, { settings }] = first;
      return [
        [
          joined(', ', name, archivedWords(serving)),
          ...SETTING_NAMES.map((setting) => settingText(settings[setting])),
        ],
      ];
    }),
  ]);
};

/** The rate of a final with its interval. */
const rateOf = (final: TunedFinal | undefined): string =>
  final === undefined
    ? NO_FIGURE
    : withInterval(
        formatFigure(final.requestRatePerSecond.value),
        final.requestRatePerSecond.interval,
      );

/** The recorded search for settings: the finals of each server. */
const tunedTable = async (): Promise<string> => {
  const summary = summarise(
    await readRunFolder(path.join(import.meta.dirname, 'tuned-run'), reportedRecords),
  );
  const { servers = [] } = summary.tuning ?? {};
  const labels = targetLabels(
    servers.map(({ best }) => wireOf(best)),
    summary.plan,
  );
  return markdownTable([
    [
      'server',
      'its defaults, requests/s',
      'recommended',
      'requests/s',
      '÷ its defaults',
      'mean batch',
      'MiB',
    ],
    ...servers.map((server) => {
      const { best, keepsDefault, overDefault } = server;
      const final = bestFinal(server);
      return [
        targetLabelOf(labels, wireOf(best)),
        rateOf(defaultFinal(server)),
        keepsDefault ? 'keep the defaults' : settingsWords(best.settings ?? 'default'),
        rateOf(final),
        keepsDefault || overDefault === undefined
          ? NO_FIGURE
          : withInterval(formatFigure(overDefault.ratio.value), overDefault.ratio.interval),
        final?.meanBatch?.toFixed(1) ?? NO_FIGURE,
        formatFigure(final?.memoryMiB),
      ];
    }),
  ]);
};

const tables: Readonly<Record<string, () => string | Promise<string>>> = {
  checks: checkTable,
  faults: faultTable,
  commands: commandTable,
  'command-options': commandOptionTable,
  options: optionTable,
  prices: priceTable,
  profiles: profileTable,
  servings: servingTable,
  settings: settingTable,
  'stability-figures': stabilityFigures,
  'stability-matrix': stabilityMatrix,
  'tuned-run': tunedTable,
  usage: usageTable,
};

/** Regenerates the tables of a page. Each is between two marks such as `<!-- options -->` and `<!-- /options -->`. */
export const withTables = async (text: string): Promise<string> => {
  let page = text;
  for (const [mark, table] of Object.entries(tables)) {
    const marks = new RegExp(`<!-- ${mark} -->[^]*?<!-- /${mark} -->`, 'g');
    if (!marks.test(page)) continue;
    const content = await table();
    page = page.replaceAll(marks, () => `<!-- ${mark} -->\n\n${content}\n\n<!-- /${mark} -->`);
  }
  return page;
};
