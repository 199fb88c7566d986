import { formatFigure, sentenceStart } from '../../wording/format-number.ts';
import { MARGIN_TEXT } from '../../wording/judgement-text.ts';
import { levelWords } from '../../wording/labels.ts';
import { against, loadsLabel, slowestOf, type RankedTarget, type Ranking } from '../answer.ts';
import { zeroBasedAxis } from './axes.ts';
import type { Bar, ChartContent } from './plot.ts';
import { targetColour, type TargetLooks } from './target-looks.ts';
import { targetId } from '../../model/measurement.ts';

/** More bars would not fit on the first screen. */
const MAX_BARS = 8;

/** The ranks that the verdicts allow: `2. `, `2–3. `. */
const rankText = ({ ranks: [best, worst] }: RankedTarget): string =>
  best === worst ? `${best}. ` : `${best}–${worst}. `;

/** The targets by speed, with their request rate (in an open loop, their median response time) at the heaviest load. */
export const rankingChart = (ranking: Ranking, looks: TargetLooks): ChartContent | undefined => {
  const { headline, judged } = ranking;
  const isRate = headline.figure === 'request rate';
  const [name, unit] = isRate ? ['request rate', 'requests/s'] : ['median response time', 'ms'];
  const last = judged.at(-1);
  const slowest = slowestOf(ranking);
  const barOf = (target: RankedTarget): Bar[] => {
    const { row } = target;
    const look = looks.get(targetId(target.target));
    const { value, interval } = (isRate ? row?.requestRatePerSecond : row?.p50Ms) ?? {};
    if (look === undefined || last === undefined || value === undefined) return [];
    const lead = target === last ? '' : against(headline, target, last, '');
    const words = target === slowest ? 'slowest' : lead;
    const figure = formatFigure(value);
    const tip = `${look.label}\n${name} ${figure} ${unit}`;
    return [
      {
        label: rankText(target) + look.label,
        interval: interval && [interval.low, interval.high],
        parts: [{ value, colour: targetColour(look.slot), label: name, tip }],
        text: words === '' ? figure : `${figure}, ${words}`,
      },
    ];
  };
  const bars = judged.slice(0, MAX_BARS).flatMap(barOf);
  if (bars.length === 0) return undefined;
  const values = bars.flatMap(({ parts }) => parts.map(({ value }) => value));
  const ends = bars.flatMap(({ interval = [] }) => [...interval]);
  const load = headline.loads.at(-1);
  const at = load === undefined ? '' : levelWords(load.level);
  const x = zeroBasedAxis(unit, values, ends);
  const isCut = ends.some((end) => end > x.domain[1]);
  const over = headline.loads.length === 1 ? '' : ` over ${loadsLabel(headline)} together`;
  return {
    name: 'ranking',
    title: `${sentenceStart(name)} at ${at}`,
    shows: `the ${name} at ${at}`,
    caption: [
      ends.length > 0 &&
        `Whiskers: 95 % intervals${isCut ? ', with an arrow if they reach beyond the chart' : ''}.`,
      `Ranks, and percentages against the ${slowest === undefined ? 'last' : 'slowest'}: the verdicts${over}. Targets that share ranks are equal within ${MARGIN_TEXT} or not told apart.`,
      judged.length > bars.length &&
        `The ${judged.length - bars.length} slowest are under Verdicts.`,
    ],
    plot: { kind: 'bars', x, bars },
  };
};
