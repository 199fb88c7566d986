import { asOutput, softmax } from '../../../serving-configs/reference/scores.ts';

const sum = (values: Float32Array): number => values.reduce((total, value) => total + value, 0);

describe('the scores', () => {
  it('become probabilities even from large logits', () => {
    const probabilities = softmax(Float32Array.of(1000, 1000 + Math.log(3)));

    expect(probabilities[0]).toBeCloseTo(0.25, 4);
    expect(sum(probabilities)).toBeCloseTo(1, 6);
  });

  it('become logits if the manifest promises these and the network ends with softmax', () => {
    const logits = asOutput(Float32Array.of(0.25, 0.75, 0), 'logits');

    expect([...softmax(logits)].map((value) => Number(value.toFixed(6)))).toEqual([0.25, 0.75, 0]);
  });
});
