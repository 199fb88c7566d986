import { servingNames } from '../../../../../serving-configs/index.ts';
import { targetLooks } from '../../../../../lib/bench/report/charts/looks.ts';
import type { Target } from '../../../../../lib/bench/model/measurement.ts';

const target = (serving: string, protocol: Target['protocol'] = 'rest'): Target =>
  ({ serving, protocol, payload: 'tensor', encoding: 'json' }) as Target;
const looksOf = (...targets: readonly Target[]) => [...targetLooks(targets, new Map()).values()];
const coloursOf = (...targets: readonly Target[]): readonly string[] =>
  looksOf(...targets).map(({ colour }) => colour.name);

describe('the look of a target', () => {
  it('is the one of its serving in every report', () => {
    const [rest, pytorch] = [target('torchserve'), target('triton_pytorch')];
    expect(coloursOf(rest, pytorch)).toEqual(['target1', 'target3']);
    expect(coloursOf(pytorch, rest)).toEqual(['target3', 'target1']);
  });

  it('is a free one for further targets of a serving, and does not take the one of a later serving', () => {
    const [rest, grpc] = [target('torchserve'), target('torchserve', 'grpc')];
    expect(coloursOf(rest, grpc, target('tfserving'))).toEqual(['target1', 'target5', 'target2']);
  });

  it('is unique in a report', () => {
    const looks = looksOf(...servingNames.flatMap((name) => [target(name), target(name, 'grpc')]));
    const pairs = looks.map(({ colour, marker }) => ({ colour, marker }));

    expect(looks).toHaveLength(2 * servingNames.length);
    for (const [at, pair] of pairs.entries()) expect(pairs.slice(at + 1)).not.toContainEqual(pair);
  });

  it('differs in colour between two servings of one report', () => {
    const eightApart = servingNames.filter((_, index) => index % 8 === 0).slice(0, 2);
    const [first, ninth] = coloursOf(...eightApart.map((name) => target(name)));

    expect(first).not.toBe(ninth);
  });
});
