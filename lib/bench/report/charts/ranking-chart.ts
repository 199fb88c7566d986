import { targetId } from '../../model/measurement.ts';
import { formatFigure, joined, sentenceStart } from '../../wording/format-number.ts';
import { MARGIN_TEXT } from '../../wording/judgement-text.ts';
import { loadsLabel, rankText, type ShownRanking, type ShownTarget } from '../answer.ts';
import { zeroBasedAxis } from './axes.ts';
import type { Bar, ChartContent } from './draw-chart.ts';
import type { TargetLooks } from './looks.ts';

/** More bars would not fit on the first screen. */
const MAX_BARS = 8;

/** The targets by speed, with the mean request rate (in an open loop, the mean of the medians) over the levels of the verdicts. */
export const rankingChart = (ranking: ShownRanking, looks: TargetLooks): ChartContent => {
  const { figure: name, judged, loads, isDecided } = ranking;
  const unit = name === 'request rate' ? 'requests/s' : 'ms';
  const barOf = (target: ShownTarget): readonly Bar[] => {
    const look = looks.get(targetId(target.target));
    const { value, interval } = target.mean ?? {};
    if (look === undefined || value === undefined) return [];
    const figure = formatFigure(value);
    const tip = `${look.label}\n${name} ${figure} ${unit}`;
    return [
      {
        label: joined(' ', rankText(ranking, target), look.label),
        interval,
        parts: [{ value, colour: look.colour, label: name, tip }],
        text: figure,
      },
    ];
  };
  const bars = judged.flatMap(barOf).slice(0, MAX_BARS);
  const values = bars.flatMap(({ parts }) => parts.map(({ value }) => value));
  const ends = bars.flatMap(({ interval }) => (interval ? [interval.low, interval.high] : []));
  const x = zeroBasedAxis(unit, values, ends);
  const isCut = Math.max(...ends) > (x.scale.domain()[1] ?? Infinity);
  const over = loadsLabel(ranking);
  return {
    name: 'ranking',
    title: sentenceStart(loads.length === 1 ? `${name} at ${over}` : `mean ${name} over ${over}`),
    caption: joined(
      ' ',
      ends.length > 0 &&
        `Whiskers: 95 % intervals${isCut ? ', with an arrow if they reach beyond the chart' : ''}.`,
      isDecided
        ? `Ranks are those of the verdicts: targets that share ranks are equal within ${MARGIN_TEXT} or undecided.`
        : 'In the order of the names: no verdict tells the targets apart.',
      judged.length > bars.length && `The other ${judged.length - bars.length} are under Verdicts.`,
    ),
    plot: { kind: 'bars', x, bars },
  };
};
