import { networkLine, RESNET50_BYTES } from '../../../../lib/bench/aws/network-limit.ts';

const nodes = [
  { type: 'g4dn.xlarge', gbitPerSecond: 5 },
  { type: 'c5.xlarge', gbitPerSecond: 1.25 },
] as const;
const image = { payload: 'image', encoding: 'raw' } as const;
const tensor = { payload: 'tensor', encoding: 'binary' } as const;
const users = { payload: 'tensors', encoding: 'binary' } as const;

describe('the line about the network', () => {
  it('names the rate at which the slower node of a pair is full of tensors of ResNet-50', () => {
    expect(networkLine([image, tensor], nodes, RESNET50_BYTES)).toMatch(/ c5\.xlarge .* 259 /);
  });

  it("counts the larger of request and answer of a user's model, since traffic goes both ways at once", () => {
    const exchange = { requestBytes: 1000, answerBytes: 1_250_000, jsonFactor: 2.5 };

    expect(networkLine([users], nodes, exchange)).toMatch(/ 125 /);
  });

  it.each([
    ['json', 50],
    ['base64', 93],
  ] as const)('uses the length of tensors in %s if a target sends them so', (encoding, rate) => {
    const exchange = { requestBytes: 1_250_000, answerBytes: 1000, jsonFactor: 2.5 };
    const line = networkLine([users, { ...users, encoding }], nodes, exchange);

    expect(line).toContain(` ${rate} `);
  });

  it.each([
    ['the baselines are not known', [tensor], RESNET50_BYTES, []],
    ['only images are sent', [image], RESNET50_BYTES, nodes],
    ['tensors are small', [users], { requestBytes: 8000, answerBytes: 8000, jsonFactor: 4 }, nodes],
  ] as const)('is absent if %s', (_, targets, exchange, baselines) => {
    expect(networkLine(targets, baselines, exchange)).toBeUndefined();
  });
});
