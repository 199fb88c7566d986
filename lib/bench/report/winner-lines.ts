import { counted } from '../wording/counted.ts';
import type { Summary } from '../analysis/summary.ts';
import { headlineFamilies } from '../analysis/verdicts/headline.ts';
import { standingOf, verdictOn, type Standing } from '../analysis/verdicts/standing.ts';
import type { Verdict, VerdictFamily } from '../analysis/verdicts/verdict.ts';
import { levelId, pathId, type Path } from '../model/cell.ts';
import { levelLabel } from '../wording/labels.ts';
import type { NamedLine } from './named-line.ts';

type Labels = ReadonlyMap<string, string>;

/** More names than these nobody reads in a line. */
const MOST_NAMES = 4;

const namesOf = (paths: readonly Path[], labels: Labels): string => {
  const names = paths.slice(0, MOST_NAMES).map((path) => labels.get(pathId(path)) ?? pathId(path));
  const left = paths.length - names.length;
  return left === 0 ? names.join(', ') : `${names.join(', ')} and ${left} more`;
};

/** The paths of a family, the fastest first: by the request rate, or at an open loop by the median response time. */
const bySpeed = (
  paths: readonly Path[],
  { scenario, level, figure }: VerdictFamily,
  { rows }: Summary,
): readonly Path[] => {
  const speeds = new Map(
    rows
      .filter(
        (row) =>
          row.engine !== 'null' &&
          row.scenario === scenario &&
          levelId(row.level) === levelId(level),
      )
      .map((row) => [
        pathId(row.path),
        figure === 'request rate'
          ? (row.requestRatePerSecond?.value ?? 0)
          : -(row.p50Ms?.value ?? Infinity),
      ]),
  );
  const speedOf = (path: Path): number => speeds.get(pathId(path)) ?? 0;
  return paths.toSorted((a, b) => speedOf(b) - speedOf(a));
};

/** The verdict on the two that are ahead, which says by how much and how surely. */
const sentenceOn = (family: VerdictFamily, first?: Path, second?: Path): string =>
  first === undefined || second === undefined
    ? ''
    : ` ${verdictOn(family, first, second)?.sentence ?? ''}`.trimEnd();

/** Who is left where nobody beat all others: those that none beat, and those that one did. */
const aheadText = (ahead: readonly Path[], judged: readonly Path[], labels: Labels): string => {
  const names = namesOf(ahead, labels);
  const beaten = judged.filter((path) => !ahead.includes(path));
  if (beaten.length === 0) {
    return `none of ${judged.length} paths was faster than another beyond doubt (${names}).`;
  }
  const left =
    ahead.length === 1
      ? `${names} was not shown to be slower than another path, nor faster than all`
      : `of ${names} none was shown to be faster than another`;
  return `${left}; slower than at least one path: ${namesOf(beaten, labels)}.`;
};

/** What was decided between two paths, the faster ones first: more of an answer than what was not. */
const decidedAmong = (
  family: VerdictFamily,
  ranked: readonly Path[],
): readonly [Path, Path] | undefined =>
  ranked
    .flatMap((faster) => ranked.map((slower) => [faster, slower] as const))
    .find(([faster, slower]) => {
      const { first, word, withheld } = verdictOn(family, faster, slower) ?? {};
      if (withheld !== undefined || first === undefined) return false;
      return word === (pathId(first) === pathId(faster) ? 'faster' : 'slower');
    });

const winnerText = (
  family: VerdictFamily,
  standing: Standing,
  summary: Summary,
  labels: Labels,
): string => {
  const { winner, unbeaten, judged } = standing;
  const ranked = bySpeed(judged, family, summary);
  if (winner !== undefined) {
    const others = ranked.filter((path) => path !== winner);
    return `${namesOf([winner], labels)}, faster than ${others.length === 1 ? 'the other path' : `each of ${others.length} others`}.${sentenceOn(family, winner, others[0])}`;
  }
  const ahead = ranked.filter((path) => unbeaten.includes(path));
  const [first, second] = ranked;
  const [one, other] = decidedAmong(family, ranked) ?? [ahead[0] ?? first, ahead[1] ?? second];
  return `No winner: ${aheadText(ahead, ranked, labels)}${sentenceOn(family, one, other)}`;
};

const withheldText = (verdicts: readonly Verdict[]): string => {
  const [first = '', ...others] = new Set(verdicts.flatMap(({ withheld }) => withheld ?? []));
  return `No verdict: ${first}${others.length === 0 ? '' : ` Other reasons (${others.length}) stand under Verdicts.`}`;
};

/** Who was fastest in each scenario, at the load that stands for it, or between whom nothing could be decided. */
export const winnerLines = (summary: Summary, labels: Labels): readonly NamedLine[] =>
  headlineFamilies(summary.verdicts ?? []).map((family) => {
    const standing = standingOf(family);
    const withheld = family.verdicts.filter((verdict) => verdict.withheld !== undefined);
    const left =
      withheld.length === 0
        ? ''
        : ` ${withheld.length} of ${counted(family.verdicts.length, 'verdict is', 'verdicts are')} withheld: ${withheld[0]?.withheld ?? ''}`;
    return {
      name: `${family.figure === 'request rate' ? 'Fastest' : 'Shortest median response'}, ${family.scenario}, ${levelLabel(family.level)}`,
      value:
        standing.judged.length === 0
          ? withheldText(withheld)
          : winnerText(family, standing, summary, labels) + left,
    };
  });
