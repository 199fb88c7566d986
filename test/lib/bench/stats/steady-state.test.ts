import { isUnsteady } from '../../../../lib/bench/stats/steady-state.ts';
import type { SecondBin } from '../../../../lib/bench/model/load-result.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';

/** The bins of a window with these numbers of answers. */
const binsOf = (
  answers: readonly number[],
  latencyMs: (second: number) => number = () => 20,
): SecondBin[] =>
  answers.map((succeeded, second) => ({
    second,
    succeeded,
    failed: 0,
    p50Ms: latencyMs(second),
  }));

const constant = (seconds: number, answers: number): number[] =>
  Array<number>(seconds).fill(answers);

const rising = Array.from({ length: 60 }, (_, second) => 20 + second);
const random = createRandom(1);
const scattered = Array.from({ length: 60 }, () => Math.floor(random() * 4));
const [same, short] = [binsOf(constant(60, 50)), binsOf(constant(6, 500))];

describe('The end of a measuring window', () => {
  it.each<[boolean, string, readonly SecondBin[], number]>([
    [false, 'rate and latency stay the same', same, 60],
    [false, 'rate and latency stay the same in a short window', binsOf(constant(6, 5)), 6],
    [
      false,
      'only its beginning was slower',
      binsOf([...constant(15, 10), ...constant(45, 50)]),
      60,
    ],
    [false, 'a rate of two answers per second scatters by chance', binsOf(scattered), 60],
    [true, 'the rate still rises in the last half', binsOf(rising), 60],
    [
      true,
      'the latency grows under a constant rate, as in an overloaded open loop',
      binsOf(constant(60, 50), (second) => 20 + 10 * second),
      60,
    ],
    [
      true,
      'answers are missing in a short window, more than by chance',
      binsOf([500, 500, 500, 900, 500, 500]),
      6,
    ],
    [false, 'so few answers are missing that it may be chance', binsOf([5, 5, 5, 9, 5, 5]), 6],
    // 3 of √25 are 60 %, and the last second has 48 % more.
    [false, 'a second differs by less than three deviations', binsOf([25, 25, 25, 19, 19, 37]), 6],
    [true, 'a second differs by more than three deviations', binsOf([25, 25, 25, 17, 17, 41]), 6],
    [
      false,
      'only its last, incomplete second has fewer answers',
      binsOf([...constant(6, 500), 250]),
      6.5,
    ],
    [false, 'it has five seconds', binsOf(constant(5, 500)), 5],
    [false, 'it has less than six whole seconds', short, 5.5],
    [false, 'there are no seconds', [], 60],
    [false, 'there is no answer', binsOf(constant(60, 0)), 60],
  ])('is unsteady: %j, if %s', (expected, _, bins, seconds) => {
    expect(isUnsteady(bins, seconds)).toBe(expected);
  });
});
