import { servingNames } from '../../../../../serving-configs/index.ts';
import { targetColour, targetLooks } from '../../../../../lib/bench/report/charts/target-looks.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';

const target = (serving: string, protocol: Target['protocol'] = 'rest'): Target =>
  ({ serving, protocol, payload: 'tensor', encoding: 'json' }) as Target;
const slotsOf = (...targets: readonly Target[]): readonly number[] =>
  [...targetLooks(targets, new Map()).values()].map(({ slot }) => slot);

describe('the look of a target', () => {
  it('is the one of its serving in every report', () => {
    expect(slotsOf(target('torchserve'), target('triton_pytorch'))).toEqual([0, 2]);
    expect(slotsOf(target('triton_pytorch'), target('torchserve'))).toEqual([2, 0]);
  });

  it('is a free one for further targets of a serving, and does not take the one of a later serving', () => {
    const rest = target('torchserve');
    expect(slotsOf(rest, target('torchserve', 'grpc'), target('tfserving'))).toEqual([0, 4, 1]);
    expect(slotsOf(target('tfserving'), target('tfserving', 'grpc'))).toEqual([1, 4]);
  });

  it('is unique in a report', () => {
    const slots = slotsOf(...servingNames.flatMap((name) => [target(name), target(name, 'grpc')]));
    expect(new Set(slots).size).toBe(2 * servingNames.length);
  });

  it('differs in colour between two servings of one report', () => {
    const eightApart = servingNames.filter((_, index) => index % 8 === 0).slice(0, 2);
    const [first = 0, ninth = 0] = slotsOf(...eightApart.map((name) => target(name)));
    expect(targetColour(first)).not.toEqual(targetColour(ninth));
  });
});
