import { endpointOf, protocolsOf, servingNames } from '../../../../serving-configs/index.ts';
import { tensorTargetsOf } from '../../../../lib/bench/model-file/model-targets.ts';
import { models } from './a-model.ts';

const countOf = (encodings: (encoding: string) => boolean): number =>
  servingNames
    .flatMap((serving) => protocolsOf(serving).map((protocol) => endpointOf(serving, protocol)))
    .flatMap((endpoint) => endpoint?.tensors ?? [])
    .filter(encodings).length;

describe('The targets of a model', () => {
  it('are those that the manifests of the servings support; others are left out with a reason', () => {
    const { targets, leftOut } = tensorTargetsOf(models.detector);
    const mentioned = new Set([...targets, ...leftOut].map(({ serving }) => serving));

    expect(targets).toHaveLength(countOf(() => true));
    expect(targets).toContainEqual({ serving: 'flask', protocol: 'rest', encoding: 'json' });
    expect(leftOut).toContainEqual({
      serving: 'triton_tensorrt',
      reason: expect.stringContaining('ONNX') as string,
    });
    expect([...mentioned].toSorted()).toEqual(servingNames.toSorted());
  });

  it('do not use JSON if a tensor is FP16', () => {
    const { targets, leftOut } = tensorTargetsOf(models.text);

    expect(targets).toHaveLength(countOf((encoding) => encoding !== 'json'));
    expect(leftOut).toContainEqual({
      serving: 'mlserver',
      protocol: 'rest',
      encoding: 'json',
      reason: expect.stringContaining('"mask"') as string,
    });
    expect(targets).toContainEqual({ serving: 'mlserver', protocol: 'grpc', encoding: 'raw' });
  });
});
