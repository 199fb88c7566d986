import { publishedSeries, type Caveat } from '../../published/published-points.ts';
import { PROTOCOL_WORDS } from '../../wording/protocol-words.ts';
import { manifestOf } from '../../../../serving-configs/index.ts';
import type { PublishedGroup } from '../charts/published-charts.ts';
import { pathLooks } from '../charts/path-lines.ts';

/** How each serving looks in all charts, in the order of the data. */
export const publishedLooks = pathLooks(
  new Map(
    publishedSeries.map(({ path: { serving } }) => [serving, manifestOf(serving).title] as const),
  ),
);

/** The series by protocol and scenario, as the study drew them. */
export const publishedGroups = (): readonly PublishedGroup[] => {
  const byId = new Map<string, { title: string; series: PublishedGroup['series'][number][] }>();
  for (const series of publishedSeries) {
    const { path, scenario } = series;
    const look = publishedLooks.get(path.serving);
    if (look === undefined) continue;
    const id = `${path.protocol}-${scenario}`;
    const group = byId.get(id) ?? {
      title: `${PROTOCOL_WORDS[path.protocol]}, ${scenario}`,
      series: [],
    };
    group.series.push({ look, series });
    byId.set(id, group);
  }
  return [...byId].map(([id, group]) => ({ id, ...group }));
};

const rangeText = ({ from, to }: Caveat): string =>
  from === to ? `at ${from} VUs` : `from ${from} to ${to} VUs`;

/** What must be known of the series of a group, as sentences. */
export const knownSentences = ({ series }: PublishedGroup): readonly string[] =>
  series.flatMap(({ look: { label }, series: { plateau, caveats } }) => [
    `${label}: its rate was most likely (${plateau.confidence} confidence) bound by ${plateau.text}`,
    ...caveats.map((caveat) => `${label}, ${rangeText(caveat)}: ${caveat.text}`),
  ]);
