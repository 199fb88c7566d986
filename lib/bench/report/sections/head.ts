import { checkOf } from '../../analysis/checks/checks.ts';
import type { Trust, Summary } from '../../analysis/summary.ts';
import { ANSWER_FAULTS } from '../../model/record.ts';
import { accuracyText, faultWords } from '../../wording/answer-words.ts';
import { archivedText } from '../../wording/archived.ts';
import {
  counted,
  joined,
  dayTimeText,
  roughPercent,
  durationText,
  formatFigure,
  formatPercent,
  limitPercent,
  withInterval,
} from '../../wording/format-number.ts';
import { type Chip, PAGES, TERMINAL, type Block, type Item } from '../model.ts';
import { servingTitle, type ServingName } from '../../../../serving-configs/index.ts';
import { groupBy } from '../../analysis/group-by.ts';
import { stepText } from '../../analysis/next-steps.ts';
import { noticeText } from '../../analysis/notices.ts';
import { isOfFailing } from '../../analysis/ranking.ts';
import { searchReasonText } from '../../analysis/slo/search.ts';
import type { BestRate } from '../../analysis/slo-types.ts';
import { invalidTexts } from '../../analysis/validity.ts';
import type { ServedBy } from '../../model/plan.ts';
import { runCommandOf } from '../../plan/command-of-plan.ts';
import { FAMILY_ERROR } from '../../stats/judgement.ts';
import { labelOf, levelLabel, type Labels, settingLeftOutText } from '../../wording/labels.ts';
import { ONE_AT_A_TIME } from '../../wording/turn-words.ts';
import { machineText } from '../../wording/machine-text.ts';
import { statementOf } from '../../wording/statement.ts';
import {
  answerText,
  bypassText,
  cpuText,
  failingText,
  noRankingText,
  shownRankingOf,
  type ShownRanking,
  whySlowerText,
} from '../answer.ts';
import { blocks, fold, list, named, onlyIn, text } from '../blocks.ts';
import type { Chart } from '../charts/draw-chart.ts';
import { stabilityFinding } from './stability.ts';
import { cheapestText } from './costs.ts';
import { MAX_PAIRS, moreBlocks, rankingBlocks } from './ranking.ts';
import { manyBlocks, manyTitle } from './many-models.ts';
import { tuningBlocks, tuningMethod, tuningTitle } from './tuning.ts';

const passed = (words: string): Chip => ({ kind: 'passed', text: words });

const failed = (words: string): Chip => ({ kind: 'failed', text: words });

const answerMark = ({ targets, faults }: NonNullable<Trust['answers']>): Chip => {
  const wrong = joined(
    ', ',
    ...ANSWER_FAULTS.map(
      (fault) => faults[fault] > 0 && `${faultWords[fault].what} from ${faults[fault]}`,
    ),
  );
  return wrong === ''
    ? passed('answers correct')
    : failed(`${wrong} of ${counted(targets, 'target')}`);
};

const failureMark = ({
  measurements,
  requests,
  areFaultsLeftOut,
}: NonNullable<Trust['failures']>): Chip => {
  const failures = joined(
    ', ',
    measurements > 0 && `${counted(measurements, 'measurement')} failed`,
    requests > 0 && `${counted(requests, 'request')} failed`,
  );
  if (failures !== '') return failed(failures);
  return passed(areFaultsLeftOut ? 'no failures without faults' : 'no failures');
};

const checkMark = ({ results, failing, failed: names }: NonNullable<Trust['checks']>): Chip => {
  if (failing === 0) return passed('all results pass their checks');
  const titles = names.map((check) => checkOf({ check }).title);
  return failed(
    `${failing} of ${counted(results, 'result')} ${failing === 1 ? 'fails' : 'fail'} a check: ${titles.join(', ')}`,
  );
};

const rigMark = ({ share, atLimit }: NonNullable<Trust['rig']>): Chip =>
  atLimit > 0
    ? {
        kind: 'warned',
        text: `${counted(atLimit, 'result')} at the limit of load generator and middleware`,
      }
    : // Rounded down, so that it is never more than what was measured.
      passed(
        `load generator and middleware could do at least ${Math.floor(10 / share) / 10} times as much`,
      );

/** What a reader must know to believe the figures, in a few words each. */
export const trustMarks = ({ answers, failures, checks, rig }: Trust): readonly Chip[] =>
  [
    answers && answerMark(answers),
    failures && failureMark(failures),
    checks && checkMark(checks),
    rig && rigMark(rig),
  ].filter((mark) => mark !== undefined);

/** More reasons would push the answer off the first screen. */
const SHOWN_REASONS = 3;

/** Whether the run is valid, and why not; empty while it is in progress. */
const validityBlocks = (summary: Summary): readonly Block[] => {
  const { validity, isDecided } = summary;
  if (validity === undefined) return [];
  if (!validity.valid) {
    const reasons = invalidTexts(summary);
    const more = reasons.slice(SHOWN_REASONS);
    return blocks(
      list(reasons.slice(0, SHOWN_REASONS), 'notices'),
      fold(counted(more.length, 'more reason'), list(more, 'notices')),
      moreBlocks(more.length),
    );
  }
  const { usable, measured } = summary.usableRows;
  const valid = joined(
    '; ',
    isDecided ? 'VALID' : 'VALID, but nothing is decided',
    usable < measured && `checks passed by ${usable} of ${counted(measured, 'result')}`,
  );
  // Green below “none is known to be faster” or “no verdict” would look like a success.
  return onlyIn(PAGES, text(valid, isDecided ? 'passed' : 'small'));
};

const bestRateText = ({ best, reason }: BestRate, labels: Labels): string => {
  if (best === undefined) {
    return `No target was shown to keep it at any rate. ${searchReasonText(reason)}`.trimEnd();
  }
  const { target, level, requestRatePerSecond: rate } = best;
  const figure = withInterval(`${formatFigure(rate?.value)} requests/s`, rate?.interval);
  const at = level === undefined ? '' : ` at ${levelLabel(level)}`;
  return `${labelOf(labels, target)}: ${figure}${at}.`;
};

/** The target with the highest rate within each requested limit, scenario by scenario. */
const bestRateItems = ({ bestRates = [] }: Summary, labels: Labels) =>
  bestRates.map((rate) => ({
    name: `Highest rate ${rate.isSearched ? 'found' : 'measured'} within a p99 of ${rate.limitMs} ms, ${rate.scenario}`,
    text: bestRateText(rate, labels),
  }));

const offText = (share: number): string =>
  `${share < 1 ? '−' : '+'}${formatPercent(Math.abs(share - 1))} %`;

/** How much the node pairs of a run differ; undefined if there is only one. */
const pairSpreadText = ({ pairSpread }: Summary): string | undefined => {
  const rates = pairSpread?.map(({ pair, rateShare }) => `pair ${pair} ${offText(rateShare)}`);
  return rates && `Request rate of each node pair against the mean of all: ${rates.join(', ')}.`;
};

/** Notes on the servers that answered, each note once, on the precisions of their model, and the servings that were left out. */
const servedNotices = ({
  plan: { served = {}, leftOut = [], settingsLeftOut = [], model },
}: Summary): readonly string[] => {
  const noted = (Object.entries(served) as [ServingName, ServedBy][]).map(
    ([serving, { platform, real, note }]) => ({
      title: servingTitle(serving),
      words: note ?? (real ? '' : `a stand-in, not the real server: ${platform}`),
    }),
  );
  const byWords = groupBy(
    noted.filter(({ words }) => words !== ''),
    ({ words }) => words,
  );
  return [
    ...[...byWords].map(
      ([words, servings]) => `${servings.map(({ title }) => title).join(', ')}: ${words}`,
    ),
    ...Object.entries(model.accuracy ?? {}).map(([precision, accuracy]) =>
      accuracyText(precision, accuracy),
    ),
    ...leftOut.map(({ serving, reason }) => `Left out: ${servingTitle(serving)}: ${reason}`),
    ...settingsLeftOut.map((entry) => `Left out: ${settingLeftOutText(entry)}`),
  ];
};

/** How many measurements were made, when, and on which machine. */
const measuredText = ({ measurements, plan, environment }: Summary): string =>
  `${measurements.completed} of ${counted(plan.measurementCount, 'measurement')}; ${dayTimeText(plan.createdAt)}; ${machineText(environment.machine)}`;

/** The finding of the run as a sentence without a full stop; an invalid run has none. */
export const titleOf = (summary: Summary, labels: Labels): string => {
  const { validity, bestRates = [], stability, tuning, manyModels } = summary;
  if (validity?.valid === false) return 'INVALID: do not quote the figures of this run';
  if (stability !== undefined) return stabilityFinding(stability, labels);
  if (tuning !== undefined) return tuningTitle(summary, tuning);
  if (manyModels !== undefined) return manyTitle(summary, manyModels);
  const [searched] = bestRates.some(({ isSearched }) => isSearched)
    ? bestRateItems(summary, labels)
    : [];
  if (searched !== undefined) return `${searched.name}: ${searched.text.replace(/\.$/, '')}`;
  const ranking = shownRankingOf(summary);
  const answer =
    ranking?.isDecided === true
      ? answerText(ranking)
      : joined(
          '. ',
          ranking === undefined ? noRankingText(summary, labels) : answerText(ranking),
          cpuText(summary),
        );
  const { noRanking } = summary;
  const isWhy = noRanking?.code === 'withheld' && isOfFailing(noRanking.reason, summary);
  return joined(isWhy ? ': ' : '; ', answer, failingText(summary, labels));
};

/** The first pair whose difference depends on the level, which a mean hides. */
const levelsText = ({ pairs }: ShownRanking): string | undefined => {
  const [pair] = pairs.filter(({ levels }) => levels !== undefined);
  return pair && `${pair.label}: ${pair.levels}`;
};

/** How much repeats scattered, and how sure the differences are. */
const noiseText = ({ headline, ranking }: Summary): string | undefined => {
  const { noise } = headline ?? {};
  if (noise === undefined || ranking === undefined) return undefined;
  return joined(
    '; ',
    `${roughPercent(noise.measured)} % between repeats`,
    `the plan assumed ${limitPercent(noise.assumed)}`,
    ranking.isDecided && `at most ${FAMILY_ERROR * 100} % of runs contain a wrong difference`,
  );
};

const ENDED: Readonly<Record<NonNullable<Summary['stopped']>['why'], string>> = {
  decided: 'ended when decided',
  close: 'ended when the planned repeats would hardly decide more',
  'time-up': 'ended when its time was up',
  'all-measured': 'ended with its last repeat',
};

/** Why a run ended. Without a ranking, nothing is left to decide because its targets cannot be compared. */
const endedText = ({ why }: NonNullable<Summary['stopped']>, ranking: Summary['ranking']): string =>
  why === 'decided' && ranking === undefined
    ? 'ended when more repeats would not tell more'
    : ENDED[why];

/** How the run measured, and why it ended. */
const methodText = ({
  plan,
  method,
  stopped,
  tookSeconds,
  ranking,
}: Summary): string | undefined => {
  if (method === undefined) return undefined;
  const { order, because, repeats, windows, seconds } = method;
  const [least, most] = [seconds.least, seconds.most].map((each) => Number(formatFigure(each)));
  const lengths = least === most ? `${most} s` : `${least}–${most} s`;
  const each = windows === 1 ? `a window of ${lengths}` : `${windows} windows of ${lengths}`;
  const why = because === undefined ? '' : `, because ${ONE_AT_A_TIME[because]}`;
  const turns = order === 'side-by-side' ? 'side by side' : `one at a time${why}`;
  const ended = stopped === undefined ? 'took' : `${endedText(stopped, ranking)} after`;
  return joined(
    '; ',
    joined(', ', `${counted(repeats, 'repeat')} of ${each}`, plan.targets.length > 1 && turns),
    tookSeconds !== undefined && `${ended} ${durationText(tookSeconds)}`,
  );
};

/** What to do now, an item for each thing, the first one first. */
const nextItems = (summary: Summary): readonly Item[] =>
  summary.nextSteps.flatMap((step) =>
    [{ text: stepText(step, summary) }, { text: step.command, isCommand: true } as const].map(
      (item) => ({
        name: 'Next',
        ...item,
        only: step.code === 'install-servers' ? TERMINAL : undefined,
      }),
    ),
  );

/** The name of a run: its profile and when it began. */
export const runName = ({ plan }: Summary): string =>
  `${plan.profile} · ${dayTimeText(plan.createdAt)}`;

/** The files to which a report links. */
export interface LinkedFiles {
  /** Names of files beside the report. */
  readonly data?: readonly string[];
  /** Path of the HTML report, for a terminal. */
  readonly page?: string;
}

/**
 * The blocks above the figures: what was compared, the finding, its validity and notices. A terminal shows them as the whole
 * answer, below the statement.
 *
 * @param chart the ranking; undefined if nothing is ranked
 */
export const headBlocks = (
  summary: Summary,
  labels: Labels,
  chart: Chart | undefined,
  { data = [], page }: LinkedFiles = {},
): readonly Block[] => {
  const { plan, stability, tuning, manyModels } = summary;
  const ranking = stability === undefined ? shownRankingOf(summary) : undefined;
  const marks = trustMarks(summary.trust);
  return blocks(
    onlyIn(
      PAGES,
      text(`serving-compare · ${runName(summary)}`, 'small'),
      text(statementOf(plan), 'statement'),
    ),
    text(titleOf(summary, labels), 'title'),
    validityBlocks(summary),
    tuning === undefined ? rankingBlocks(summary, labels) : tuningBlocks(summary, tuning),
    manyModels && manyBlocks(summary, manyModels),
    list(
      summary.notices.map((notice) => noticeText(notice, labels)),
      'notices',
    ),
    onlyIn(
      PAGES,
      list(servedNotices(summary), 'notices'),
      chart && { kind: 'charts', charts: [chart], isHead: true },
    ),
    list(
      [
        ...(ranking?.pairs ?? []).slice(0, MAX_PAIRS).map(({ label, words }) => ({
          name: 'Pairs',
          text: `${label}: ${words}`,
          only: PAGES,
        })),
        ranking !== undefined &&
          ranking.pairs.length > MAX_PAIRS && {
            name: 'Pairs',
            text: `${ranking.pairs.length - MAX_PAIRS} more under Verdicts`,
            only: PAGES,
          },
        ...named({
          CPU: ranking?.isDecided === true && ranking.cpu !== undefined && `${ranking.cpu}.`,
          Levels: ranking && levelsText(ranking),
          Why: ranking && whySlowerText(summary),
          Bypass: bypassText(summary, labels),
          Run:
            tuning === undefined
              ? stability === undefined && methodText(summary)
              : tuningMethod(summary, tuning),
          Noise: ranking && noiseText(summary),
        }),
        ...(marks.length > 0 ? [{ name: 'Checks', text: '', chips: marks }] : []),
        page !== undefined && { name: 'Report', text: '', files: [page], only: TERMINAL },
        ...nextItems(summary),
        ...[
          ...bestRateItems(summary, labels),
          ...named({
            Price: cheapestText(summary, labels),
            'Between machines': pairSpreadText(summary),
            Note: archivedText(plan.targets.map(({ serving }) => serving)),
            Measured: measuredText(summary),
          }),
        ].map((item) => ({ ...item, only: PAGES })),
        { name: 'Command', text: runCommandOf(plan), isCommand: true, only: PAGES },
        data.length > 0 && { name: 'Data', text: '', files: data, only: PAGES },
      ],
      'answers',
    ),
  );
};
