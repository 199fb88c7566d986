import { assertDeployed, repeatsOf } from '../../../../lib/bench/on-node/prepare-share.ts';
import { closed, recordedRun } from '../../../support/recorded-run.ts';

describe('The servings of a run on a node', () => {
  it('must be deployed; otherwise the node says how to add them', () => {
    const node = { servings: ['tfserving'] } as const;

    expect(() => assertDeployed({ servings: ['tfserving'] }, node)).not.toThrow();
    expect(() => assertDeployed({ servings: ['tfserving', 'flask'] }, node)).toThrow(
      expect.objectContaining({
        code: 'BENCH_NOT_DEPLOYED',
        hint: expect.stringContaining('deploy') as string,
      }) as Error,
    );
  });
});

describe('The repeats of a pair', () => {
  const { plan } = recordedRun({ levels: [closed(1)], repeats: 2 });
  const given = {
    pairs: [1],
    shares: { kind: 'given', repeats: { 1: [1, 2], 3: [] } },
  } as const;
  const inTurn = { pairs: [1, 2], shares: { kind: 'in turn' } } as const;

  it('are those that the operator gave it, or its part of the plan', () => {
    expect(repeatsOf(given, 'study', plan, 1)).toEqual([1, 2]);
    expect(repeatsOf(inTurn, 'study', plan, 2)).toEqual([2]);
  });

  it.each([given, inTurn])('are refused if the run is for other pairs: $shares.kind', (request) => {
    expect(() => repeatsOf(request, 'study', plan, 3)).toThrow(
      expect.objectContaining({ code: 'BENCH_NO_REPEAT' }) as Error,
    );
  });
});
