import { pairRepeats, withheldText } from '../../../../../lib/bench/analysis/verdicts/pairing.ts';
import { closed, recordedTargets } from '../../../../support/recorded-run.ts';
import { measuredRow } from '../../../../support/measured-rows.ts';

const [first, second] = recordedTargets();
const rates = [50, 51, 49];

describe('The repeats of two rows', () => {
  it('are compared by number, and only if one node pair measured both', () => {
    const onPair = (pair: number) =>
      measuredRow(second, closed(4), rates, { measurement: { pair } });
    const row = measuredRow(first, closed(4), rates, { measurement: { pair: 1 } });
    const [own, other] = [onPair(1), onPair(2)];
    const mixed = { ...own, repeats: [...own.repeats.slice(0, 2), ...other.repeats.slice(2)] };
    const repeatsWith = (compared: typeof own): number =>
      pairRepeats('request rate', row, compared).differences.repeats;

    expect([own, mixed, other].map(repeatsWith)).toEqual([3, 2, 0]);
  });
});

describe('Why there is no verdict', () => {
  it.each([
    [undefined, 'my-api has no complete repeat at 4 virtual users.'],
    ['after', 'After, my-api has no complete repeat at 4 virtual users.'],
  ] as const)('names a target as its user did: %s', (run, words) => {
    const reason = { code: 'no-figures', level: closed(4), target: first, run } as const;

    expect(withheldText(reason, () => 'my-api')).toBe(words);
  });
});
