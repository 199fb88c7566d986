import { numbersOf } from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  createTensorSource,
  defaultRange,
  tensorOf,
  zeroTensor,
} from '../../../../serving-configs/models/tensors/make-tensor.ts';
import {
  DATATYPES,
  type Datatype,
} from '../../../../serving-configs/models/tensors/tensor-spec.ts';

const datatypes = Object.keys(DATATYPES) as Datatype[];
const factsOf = (datatype: Datatype, count: number) => ({ name: 'x', datatype, shape: [1, count] });

const draw = (seed: number) => {
  const source = createTensorSource(seed);
  return [1, 2].map(() => Buffer.from(source(factsOf('FP32', 4), [0, 1]).bytes).toString('hex'));
};

describe('Random tensors', () => {
  it.each(datatypes)('of %s lie within their range, and fill it', (datatype) => {
    const [from, below] = defaultRange(datatype);
    const values = Array.from(
      numbersOf(createTensorSource(1)(factsOf(datatype, 5000), [from, below])),
    );
    const middle = (from + below - (below > 1 ? 1 : 0)) / 2;

    expect(Math.min(...values)).toBeGreaterThanOrEqual(from);
    // The largest float may be rounded up to the end of the range.
    expect(Math.max(...values)).toBeLessThanOrEqual(below);
    expect(values.reduce((sum, value) => sum + value) / values.length / middle).toBeCloseTo(1, 1);
    expect(new Set(values).size).toBeGreaterThan(below === 2 ? 1 : 90);
  });

  it('are the same for the same seed, and differ for another seed and at each draw', () => {
    expect(draw(7)).toEqual(draw(7));
    expect(new Set([...draw(7), ...draw(8)]).size).toBe(4);
  });

  it('can have a range of a single value', () => {
    const mask = createTensorSource(1)(factsOf('INT64', 9), [1, 2]);

    expect(new Set(Array.from(numbersOf(mask)))).toEqual(new Set([1]));
  });
});

describe('A tensor', () => {
  it.each(datatypes)('of zeros can be %s', (datatype) => {
    expect(zeroTensor(factsOf(datatype, 3)).bytes).toEqual(
      new Uint8Array(3 * DATATYPES[datatype].bytes),
    );
  });

  it.each([
    ['INT64', 0.5],
    ['INT32', 2 ** 31],
    ['UINT8', 256],
    ['UINT8', -1],
    ['BOOL', 2],
    ['FP32', 1e39],
    ['FP16', -65_520],
  ] as const)('of %s cannot hold %d', (datatype, value) => {
    expect(() => tensorOf(factsOf(datatype, 1), () => value)).toThrow(
      expect.objectContaining({
        name: 'UnreadableTensors',
        message: expect.stringContaining(` ${value}`) as string,
      }),
    );
  });
});
