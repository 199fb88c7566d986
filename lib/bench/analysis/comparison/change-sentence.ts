import { EQUIVALENCE_MARGIN } from '../verdicts/decide.ts';
import { pathWords, verbOf, type Served } from '../verdicts/pair-words.ts';
import { loadText, timesText } from '../verdicts/verdict-sentence.ts';
import type { Change, ComparedMachines } from './comparison.ts';

const claimText = (
  { word, figure, ratio, withheld }: Omit<Change, 'sentence'>,
  verb: string,
): string => {
  const interval = ratio?.interval;
  if (interval === undefined) return `no verdict. ${withheld ?? ''}`.trimEnd();
  const times =
    figure === 'request rate'
      ? `${verb} ${timesText(interval)} as many requests per second as before`
      : `the median response took ${timesText(interval)} as long as before`;
  switch (word) {
    case 'faster':
    case 'slower':
      return `${word}, ${times}`;
    case 'equivalent':
      return `as before within ${EQUIVALENCE_MARGIN * 100} %, ${times}`;
    case 'undecided':
      return `undecided, ${times}`;
    default:
      return word satisfies never;
  }
};

const pairsText = (count: number): string => `${count} node ${count === 1 ? 'pair' : 'pairs'}`;

const leftOutText = ({ repeatsLeftOut: left }: ComparedMachines): string =>
  left === 0
    ? ''
    : `; ${left} more ${left === 1 ? 'has its' : 'have their'} like on no pair of the other run`;

/** What the sentence rests on. */
const groundsText = ({
  repeatsBefore,
  repeatsAfter,
  machines,
}: Omit<Change, 'sentence'>): string => {
  if (machines === undefined) return `${repeatsBefore} repeats before, ${repeatsAfter} after`;
  switch (machines.method) {
    case 'within':
      return `${repeatsBefore} repeats before, ${repeatsAfter} after, compared on ${machines.before === 1 ? 'the one node pair that both used' : `each of the ${pairsText(machines.before)} that both used`}${leftOutText(machines)}`;
    case 'between':
      return `${repeatsBefore} repeats on ${pairsText(machines.before)} before, ${repeatsAfter} on ${machines.after} after; each pair counts as one measurement`;
    default:
      return machines.method satisfies never;
  }
};

/** What became of a row, as a sentence that names the load, the scenario, the path, the interval, the repeats and their machines. */
export const changeSentence = (change: Omit<Change, 'sentence'>, served: Served): string => {
  const { level, scenario, path, withheld } = change;
  const where = `At ${loadText(level)}, ${scenario}, ${pathWords(path, served)}`;
  const grounds = withheld === undefined ? ` (${groundsText(change)}).` : '';
  return `${where}: ${claimText(change, verbOf(served))}${grounds}`;
};
