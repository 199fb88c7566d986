import { steadyState, unsteadyStartSeconds } from '../../../../lib/bench/stats/steady-state.ts';
import type { SecondBin } from '../../../../lib/bench/model/load-result.ts';
import { createRandom } from '../../../../lib/bench/stats/random.ts';

/** The seconds of a window with so many answers each. */
const binsOf = (
  answers: readonly number[],
  latencyMs: (second: number) => number = () => 20,
): SecondBin[] =>
  answers.map((succeeded, second) => ({
    second,
    sent: succeeded,
    succeeded,
    failed: 0,
    p50Ms: latencyMs(second),
    maxMs: 50,
  }));

/** The same number of answers in each of so many seconds. */
const constant = (seconds: number, answers: number): number[] =>
  Array<number>(seconds).fill(answers);

const rising = Array.from({ length: 60 }, (_, second) => 20 + second);
const random = createRandom(1);
const scattered = Array.from({ length: 60 }, () => Math.floor(random() * 4));
const [same, short] = [binsOf(constant(60, 50)), binsOf(constant(6, 500))];

describe('The end of a measuring window', () => {
  it.each([
    ['steady', 'rate and latency stay the same', same, 60],
    ['steady', 'they do in a short window', binsOf(constant(6, 5)), 6],
    [
      'steady',
      'only its beginning was slower',
      binsOf([...constant(15, 10), ...constant(45, 50)]),
      60,
    ],
    ['steady', 'few answers scatter by chance, as two a second do', binsOf(scattered), 60],
    ['unsteady', 'the rate still rises in the last half', binsOf(rising), 60],
    [
      'unsteady',
      'the latency grows under a constant rate, as in an overloaded open loop',
      binsOf(constant(60, 50), (second) => 20 + 10 * second),
      60,
    ],
    [
      'unsteady',
      'more answers than chance gives are missing in a short window',
      binsOf([500, 500, 500, 900, 500, 500]),
      6,
    ],
    ['steady', 'so few are missing that it may be chance', binsOf([5, 5, 5, 9, 5, 5]), 6],
    ['unknown', 'it has five seconds', binsOf(constant(5, 500)), 5],
    ['unknown', 'it has less than six whole seconds', short, 5.5],
    ['unknown', 'there are no seconds', [], 60],
    ['unknown', 'there is no answer', binsOf(constant(60, 0)), 60],
  ] as const)('is %s where %s', (state, _, bins, seconds) => {
    expect(steadyState(bins, seconds)).toBe(state);
  });
});

describe('The beginning of a measuring window that was not yet as its end', () => {
  it.each([
    [
      15,
      'the rate is that of the end only then, in stretches of 5 s',
      binsOf([...constant(12, 200), ...constant(48, 500)]),
      60,
    ],
    [
      10,
      'the latency is that of the end only then',
      binsOf(constant(60, 500), (second) => (second < 10 ? 30 : 20)),
      60,
    ],
    [0, 'the window began as it ended', same, 60],
    [
      0,
      'an interruption came later',
      binsOf([...constant(10, 500), ...constant(5, 100), ...constant(45, 500)]),
      60,
    ],
    [0, 'few answers scatter by chance', binsOf(scattered), 60],
    [0, 'the end was not steady', binsOf(rising), 60],
    [0, 'the window is too short to tell', binsOf([10, 500, 500, 500]), 4],
    [0, 'there are no seconds', [], 60],
  ] as const)('lasts %i s where %s', (seconds, _, bins, windowSeconds) => {
    expect(unsteadyStartSeconds(bins, windowSeconds)).toBe(seconds);
  });
});
