import { predictRequest } from '../../../../serving-configs/platforms/tfserving/messages.ts';

/** What the official library of protocol buffers makes of the request below, in hexadecimal. */
const WITH_BYTES =
  '0a1b0a087265736e657435301a0f73657276696e675f64656661756c74' +
  '121b0a0178121608011208120208011202080222080000c03f000000c0';
const WITH_LIST =
  '0a1b0a087265736e657435301a0f73657276696e675f64656661756c74' +
  '121b0a017812160801120812020801120208022a080000c03f000000c0';

const spec = { name: 'resnet50', signature_name: 'serving_default' };
const tensor = { dtype: 1, tensor_shape: { dim: [{ size: 1 }, { size: 2 }] } };

describe('the request of a prediction', () => {
  it.each([
    ['bytes', { tensor_content: Buffer.from(Float32Array.of(1.5, -2).buffer) }, WITH_BYTES],
    ['a list', { float_val: [1.5, -2] }, WITH_LIST],
  ])('with its values as %s is what the official library writes', (_, values, golden) => {
    const message = predictRequest.encode({
      model_spec: spec,
      inputs: { x: { ...tensor, ...values } },
    });

    expect(Buffer.from(message).toString('hex')).toBe(golden);
  });

  it.each([
    ['bytes', WITH_BYTES, { tensor_content: Buffer.from('0000c03f000000c0', 'hex') }],
    ['a list', WITH_LIST, { float_val: [1.5, -2] }],
  ])('with its values as %s is read from what the official library writes', (_, golden, values) => {
    expect(predictRequest.decode(Buffer.from(golden, 'hex'))).toMatchObject({
      model_spec: spec,
      inputs: { x: { ...tensor, ...values } },
    });
  });
});
