import { targetId } from '../../model/measurement.ts';
import { formatFigure, joined, sentenceStart } from '../../wording/format-number.ts';
import { MARGIN_TEXT } from '../../wording/judgement-text.ts';
import { levelWords } from '../../wording/labels.ts';
import { againstBaseline, loadsLabel, type ShownRanking, type ShownTarget } from '../answer.ts';
import { zeroBasedAxis } from './axes.ts';
import type { Bar, ChartContent } from './draw-chart.ts';
import type { TargetLooks } from './looks.ts';

/** More bars would not fit on the first screen. */
const MAX_BARS = 8;

/** The ranks that the verdicts allow: `2. `, `2–3. `. */
const rankText = ({ ranks: { best, worst } }: ShownTarget): string =>
  best === worst ? `${best}. ` : `${best}–${worst}. `;

/** The targets by speed, with their request rate (in an open loop, their median response time) at the highest level. */
export const rankingChart = (ranking: ShownRanking, looks: TargetLooks): ChartContent => {
  const { figure: judgedFigure, judged, loads } = ranking;
  const isRate = judgedFigure === 'request rate';
  const [name, unit] = isRate ? ['request rate', 'requests/s'] : ['median response time', 'ms'];
  const barOf = (target: ShownTarget): readonly Bar[] => {
    const look = looks.get(targetId(target.target));
    const { value, interval } =
      (isRate ? target.row?.requestRatePerSecond : target.row?.p50Ms) ?? {};
    if (look === undefined || value === undefined) return [];
    const figure = formatFigure(value);
    const tip = `${look.label}\n${name} ${figure} ${unit}`;
    return [
      {
        label: rankText(target) + look.label,
        interval,
        parts: [{ value, colour: look.colour, label: name, tip }],
        text: joined(', ', figure, againstBaseline(ranking, target, false)),
      },
    ];
  };
  const bars = judged.flatMap(barOf).slice(0, MAX_BARS);
  const values = bars.flatMap(({ parts }) => parts.map(({ value }) => value));
  const ends = bars.flatMap(({ interval }) => (interval ? [interval.low, interval.high] : []));
  const x = zeroBasedAxis(unit, values, ends);
  const isCut = Math.max(...ends) > (x.scale.domain()[1] ?? Infinity);
  const load = loads.at(-1);
  const title = load === undefined ? name : `${name} at ${levelWords(load.level)}`;
  const over = loads.length === 1 ? '' : ` over ${loadsLabel(ranking)} together`;
  return {
    name: 'ranking',
    title: sentenceStart(title),
    caption: joined(
      ' ',
      ends.length > 0 &&
        `Whiskers: 95 % intervals${isCut ? ', with an arrow if they reach beyond the chart' : ''}.`,
      `Ranks and percentages (against the ${ranking.baselineIs}) are those of the verdicts${over}. Targets that share ranks are equal within ${MARGIN_TEXT} or undecided, and stand in the order of their figures.`,
      judged.length > bars.length && `The other ${judged.length - bars.length} are under Verdicts.`,
    ),
    plot: { kind: 'bars', x, bars },
  };
};
