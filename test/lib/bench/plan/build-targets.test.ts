import { buildTargets } from '../../../../lib/bench/plan/build-targets.ts';
import { targetId } from '../../../../lib/bench/model/measurement.ts';
import type { PlanOverrides } from '../../../../lib/bench/model/plan-options.ts';
import { resolvePlanOptions } from '../../../../lib/bench/plan/plan-options.ts';

const paths = (overrides: PlanOverrides, strict = overrides.servings !== undefined): string[] =>
  buildTargets(resolvePlanOptions(overrides), strict).map(targetId);

describe('The targets of a plan', () => {
  it('take the default encoding of each payload', () => {
    expect(paths({})).toEqual([
      'torchserve.rest.tensor.raw',
      'tfserving.rest.tensor.json',
      'triton_pytorch.rest.tensor.binary',
    ]);
  });

  it('take all requested encodings that the payload has', () => {
    expect(paths({ servings: ['tfserving'], encodings: ['base64', 'json', 'binary'] })).toEqual([
      'tfserving.rest.tensor.json',
      'tfserving.rest.tensor.base64',
    ]);
  });

  it('leave out a serving without the payload if all servings are meant', () => {
    expect(paths({ payloads: ['image'] })).toEqual([
      'torchserve.rest.image.raw',
      'tfserving.rest.image.base64',
    ]);
  });

  it('use each requested protocol, in the encodings that it has', () => {
    expect(
      paths({ servings: ['tfserving', 'triton_pytorch'], protocols: ['rest', 'grpc'] }),
    ).toEqual([
      'tfserving.rest.tensor.json',
      'tfserving.grpc.tensor.raw',
      'triton_pytorch.rest.tensor.binary',
      'triton_pytorch.grpc.tensor.raw',
    ]);
  });

  it('refuse a payload that a named serving does not take, and say what it takes', () => {
    expect(() => paths({ servings: ['triton_pytorch'], payloads: ['image'] })).toThrow(
      expect.objectContaining({
        code: 'BENCH_NO_TARGET',
        hint: expect.stringMatching(
          /^triton_pytorch takes over rest tensor \(binary, json\).*; over grpc tensor \(raw\)/,
        ) as string,
      }),
    );
  });

  it('refuse a plan without any target', () => {
    expect(() => paths({ protocols: ['grpc'], encodings: ['base64'] })).toThrow(
      expect.objectContaining({ code: 'BENCH_NO_TARGET' }),
    );
  });
});
