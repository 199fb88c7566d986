import {
  isRunningServer,
  platformOf,
  protocolsOf,
  servingFactsOf,
  servingNames,
  usageOf,
  type PlatformName,
} from '../../../../serving-configs/index.ts';
import type { ServingFacts, Support, UsageFacts } from '../../../../serving-configs/manifest.ts';
import type { PlatformUsage } from '../../analysis/starts.ts';
import type { Summary } from '../../analysis/summary.ts';
import { archivedWords } from '../../wording/archived.ts';
import { joined } from '../../wording/format-number.ts';
import { PROTOCOL_WORDS } from '../../wording/labels.ts';
import { blocks, list, table, text, figureColumn, wordColumn } from '../blocks.ts';
import type { Column, Section } from '../model.ts';

/** The first serving of a platform, which stands for all. */
const servingOf = ({ platform }: PlatformUsage) => {
  const serving = servingNames.find((name) => platformOf(name) === platform);
  if (serving === undefined) throw new Error(`${platform} has no serving`);
  return serving;
};

const firstServing = (usage: PlatformUsage): ServingFacts => servingFactsOf(servingOf(usage));

export const factsOf = (usage: PlatformUsage): UsageFacts => usageOf(servingOf(usage));

/** The title of the serving without the brackets that tell servings of a platform apart. */
const titleOf = (usage: PlatformUsage): string => firstServing(usage).title.replace(/ \(.*\)$/, '');

const SUPPORT: Readonly<Record<Support, string>> = {
  configured: 'configured',
  coded: 'in code',
  none: 'no',
};

const metricsText = (usage: PlatformUsage): string =>
  firstServing(usage).metrics === undefined
    ? (factsOf(usage).otherMetrics ?? 'none')
    : 'Prometheus';

/** What it takes to use a platform: figures of the run, and facts of its manifest. */
export const USAGE_COLUMNS: readonly Column<PlatformUsage>[] = [
  wordColumn('platform', 'Platform', titleOf, { isHead: true }),
  figureColumn('size_mib', 'Size', 'MiB', ({ sizeMiB }) => sizeMiB),
  figureColumn('time_to_ready_ms', 'Time to ready', 'ms', ({ timeToReadyMs }) => timeToReadyMs),
  figureColumn('idle_memory_mib', 'Idle memory', 'MiB', ({ idleMemoryMiB }) => idleMemoryMiB),
  figureColumn('gpu_memory_mib', 'GPU memory', 'MiB', ({ gpuMemoryMiB }) => gpuMemoryMiB),
  wordColumn('packaging', 'Packaging tool', (usage) => factsOf(usage).packaging),
  wordColumn('protocols', 'Protocols', (usage) =>
    protocolsOf(servingOf(usage))
      .map((protocol) => PROTOCOL_WORDS[protocol])
      .join(', '),
  ),
  wordColumn('batching', 'Batching', (usage) => SUPPORT[factsOf(usage).batching]),
  wordColumn('models', 'Several models', (usage) => SUPPORT[factsOf(usage).severalModels]),
  wordColumn('versions', 'Versions', (usage) => SUPPORT[factsOf(usage).versions]),
  wordColumn('metrics', 'Metrics', metricsText),
  wordColumn('last_release', 'Last release', (usage) => {
    const { version, date } = factsOf(usage).lastRelease;
    return `${version}, ${date}`;
  }),
  wordColumn('maintained', 'Maintained', (usage) => {
    const { state, because } = factsOf(usage).maintained;
    return joined(': ', state, because ?? archivedWords(servingOf(usage)));
  }),
];

const HOW_TO_READ =
  'Batching, several models, versions: “configured” in the server, “in code” of the application with features of the platform, or “no”. In the calls, cat.json is a request of the Open Inference Protocol.';

/** How the figures were measured, if the run has any. */
const HOW_MEASURED =
  'Size is that of the image. Time to ready and idle memory (RAM of all processes) are medians of all starts, GPU memory is the maximum of all measurements. Platforms for which a stand-in ran have none of these figures.';

/** Where last releases and maintenance were looked up, as text, since a report has no external links. */
const sourcesText = (row: PlatformUsage): string => {
  const { lastRelease, maintained, readOn } = factsOf(row);
  const addresses = [lastRelease, maintained].map(({ source }) => source.replace('https://', ''));
  return `${titleOf(row)}: ${addresses.join(', ')}, read on ${readOn}`;
};

/** What it takes to use the platforms of a run; undefined if all servers were running before. */
export const usageSection = ({ plan, platformUsage = [] }: Summary): Section | undefined => {
  const started = plan.targets.filter(({ serving }) => !isRunningServer(serving));
  const platforms = new Set<PlatformName>(started.map(({ serving }) => platformOf(serving)));
  if (platforms.size === 0) return undefined;
  const rows = [...platforms].map(
    (platform) => platformUsage.find((usage) => usage.platform === platform) ?? { platform },
  );
  return {
    id: 'usage',
    title: 'Usage',
    blocks: blocks(
      platformUsage.length > 0 && text(HOW_MEASURED),
      text(HOW_TO_READ),
      table('What it takes to use each platform', USAGE_COLUMNS, rows),
      text('The shortest call that gets an answer', 'heading'),
      list(
        rows.map((row) => ({ name: titleOf(row), text: factsOf(row).call, isCommand: true })),
        'terms',
      ),
      text(`Releases and maintenance: ${rows.map(sourcesText).join('; ')}.`, 'small'),
    ),
  };
};
