import { EQUIVALENCE_MARGIN } from '../verdicts/decide.ts';
import { pathWords, verbOf, type Served } from '../verdicts/pair-words.ts';
import { loadText, timesText } from '../verdicts/verdict-sentence.ts';
import type { Change } from './comparison.ts';

const claimText = ({ word, ratio, withheld }: Omit<Change, 'sentence'>, verb: string): string => {
  const interval = ratio?.interval;
  if (interval === undefined) return `no verdict. ${withheld ?? ''}`.trimEnd();
  const times = `${verb} ${timesText(interval)} as many requests per second as before`;
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

/** What became of a row, as a sentence that names the load, the scenario, the path, the interval and the repeats. */
export const changeSentence = (change: Omit<Change, 'sentence'>, served: Served): string => {
  const { level, scenario, path, repeatsBefore, repeatsAfter, withheld } = change;
  const where = `At ${loadText(level)}, ${scenario}, ${pathWords(path, served)}`;
  const repeats =
    withheld === undefined ? ` (${repeatsBefore} repeats before, ${repeatsAfter} after).` : '';
  return `${where}: ${claimText(change, verbOf(served))}${repeats}`;
};
