import { buildTargets } from '../../../../lib/bench/plan/build-targets.ts';
import { targetId } from '../../../../lib/bench/model/measurement.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/resolve-plan-options.ts';

const targetIds = (overrides: PlanOverrides, strict = overrides.servings !== undefined): string[] =>
  buildTargets(resolvePlanOptions(overrides), strict).map(targetId);

describe('The targets of a plan', () => {
  it('have the default encoding of each payload', () => {
    expect(targetIds({})).toEqual([
      'torchserve.rest.tensor.raw',
      'tfserving.rest.tensor.json',
      'triton_pytorch.rest.tensor.binary',
    ]);
  });

  it('have all requested encodings that the payload supports', () => {
    expect(targetIds({ servings: ['tfserving'], encodings: ['base64', 'json', 'binary'] })).toEqual(
      ['tfserving.rest.tensor.json', 'tfserving.rest.tensor.base64'],
    );
  });

  it('leave out a serving without the payload if no servings are named', () => {
    expect(targetIds({ payloads: ['image'] })).toEqual([
      'torchserve.rest.image.raw',
      'tfserving.rest.image.base64',
    ]);
  });

  it('have each requested protocol, in the encodings that it supports', () => {
    expect(
      targetIds({ servings: ['tfserving', 'triton_pytorch'], protocols: ['rest', 'grpc'] }),
    ).toEqual([
      'tfserving.rest.tensor.json',
      'tfserving.grpc.tensor.raw',
      'triton_pytorch.rest.tensor.binary',
      'triton_pytorch.grpc.tensor.raw',
    ]);
  });

  it('refuse a payload that a named serving does not accept, and list what it accepts', () => {
    expect(() => targetIds({ servings: ['triton_pytorch'], payloads: ['image'] })).toThrow(
      expect.objectContaining({
        code: 'BENCH_NO_TARGET',
        hint: expect.stringMatching(
          /^triton_pytorch .* REST: tensor \(binary, json\).* gRPC: tensor \(raw\)/,
        ) as string,
      }),
    );
  });

  it('must not be empty', () => {
    expect(() => targetIds({ protocols: ['grpc'], encodings: ['base64'] })).toThrow(
      expect.objectContaining({ code: 'BENCH_NO_TARGET' }),
    );
  });
});
