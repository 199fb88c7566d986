import {
  compareTensors,
  defaultCheck,
  nanIndex,
  type ResolvedCheck,
} from '../../../../serving-configs/models/tensors/compare-tensors.ts';
import { toHalf } from '../../../../serving-configs/models/tensors/half.ts';
import type { NamedTensor } from '../../../../serving-configs/models/tensors/tensor-body.ts';
import { tensor } from '../../../support/user-model.ts';

const floats = (values: readonly number[], shape = [1, values.length]): NamedTensor =>
  tensor('scores', 'FP32', shape, values);

const halves = (...values: readonly number[]): NamedTensor =>
  tensor('scores', 'FP16', [values.length], values.map(toHalf));

const ids = (...values: readonly bigint[]): NamedTensor => ({
  ...tensor('scores', 'INT64', [values.length], []),
  bytes: new Uint8Array(BigInt64Array.from(values).buffer),
});

const compared = (expected: NamedTensor, answered: NamedTensor, check?: ResolvedCheck) => {
  const { passed, outputs } = compareTensors(
    [expected],
    [answered],
    check === undefined ? undefined : { scores: check },
  );
  return { ...outputs[0], passed };
};

const close = { check: 'allclose', rtol: 0.01, atol: 0.1 } as const;

describe('allclose', () => {
  it('accepts differences up to atol plus rtol times the correct value', () => {
    expect(compared(floats([100, 0]), floats([101.09, 0.09]), close)).toMatchObject({
      passed: true,
      values: 2,
      wrongValues: 0,
    });
    expect(compared(floats([100]), floats([101.11]), close).passed).toBe(false);
    // rtol is relative to the correct value, not to the answer.
    expect(compared(floats([0]), floats([0.101]), close).passed).toBe(false);
  });

  it('reports the index and the size of the worst difference', () => {
    const answered = floats([1, 2, 30, 4, 5, 7], [2, 3]);

    expect(compared(floats([1, 2, 3, 4, 5, 6], [2, 3]), answered, close)).toMatchObject({
      passed: false,
      wrongValues: 2,
      worst: { index: [0, 2], expected: '3', answered: '30', relativeDifference: 0.9 },
    });
  });

  it.each([
    ['NaN', [NaN, 1]],
    ['an infinity', [Infinity, 1]],
  ])('refuses %s in place of a number, and can report it in JSON', (_, answered) => {
    const result = compared(floats([1, 1]), floats(answered), close);

    expect(result).toMatchObject({ passed: false, wrongValues: 1 });
    expect(result.worst).toEqual({ index: [0, 0], expected: '1', answered: `${answered[0]}` });
  });

  it('accepts an infinity that is correct', () => {
    expect(compared(floats([-Infinity]), floats([-Infinity]), close).passed).toBe(true);
    expect(compared(floats([-Infinity]), floats([Infinity]), close).passed).toBe(false);
  });
});

describe('top1', () => {
  const check = { check: 'top1' } as const;

  it('looks for the largest value in every row', () => {
    const expected = floats([1, 9, 2, 8, 1, 2], [2, 3]);

    expect(compared(expected, floats([0, 5, 0, 3, 0, 0], [2, 3]), check).passed).toBe(true);
    expect(compared(expected, floats([0, 5, 0, 3, 0, 4], [2, 3]), check)).toMatchObject({
      passed: false,
      values: 2,
      wrongValues: 1,
      worst: { index: [1, 2], expected: '0', answered: '2' },
    });
  });

  it('accepts each of two equally large values', () => {
    expect(compared(floats([7, 7, 1]), floats([6, 7, 1]), check).passed).toBe(true);
  });

  it('refuses a row with NaN', () => {
    expect(compared(floats([1, 2]), floats([NaN, 2]), check)).toMatchObject({
      passed: false,
      worst: { answered: 'NaN' },
    });
  });
});

describe('cosine', () => {
  const check = { check: 'cosine', atLeast: 0.99 } as const;

  it('compares directions, not lengths', () => {
    expect(compared(floats([1, 2, 3]), floats([10, 20, 30]), check)).toMatchObject({
      passed: true,
      worst: { index: [0, 0] },
    });
    expect(compared(floats([1, 0]), floats([1, 1]), check)).toMatchObject({
      passed: false,
      cosine: expect.closeTo(Math.SQRT1_2, 6) as number,
      atLeast: 0.99,
    });
  });

  it('refuses an answer that is only a little less similar than demanded', () => {
    const at = (cosine: number) => floats([cosine, Math.sqrt(1 - cosine ** 2)]);
    const strict = { check: 'cosine', atLeast: 0.999 } as const;

    expect(compared(floats([1, 0]), at(0.99901), strict).passed).toBe(true);
    expect(compared(floats([1, 0]), at(0.99899), strict).passed).toBe(false);
  });

  it('passes an answer that is the same, though sums are rounded', () => {
    const same = floats([0.1, 0.2, 0.3, 0.7]);

    expect(compared(same, same, { check: 'cosine', atLeast: 1 }).passed).toBe(true);
  });

  it('is undefined for NaN, which is refused', () => {
    const result = compared(floats([1, 2]), floats([1, NaN]), check);

    expect(result.passed).toBe(false);
    expect(result.cosine).toBeUndefined();
  });

  it('matches zeros only with zeros', () => {
    expect(compared(floats([0, 0]), floats([0, 0]), check).passed).toBe(true);
    expect(compared(floats([0, 0]), floats([0, 1]), check).passed).toBe(false);
  });
});

describe('Tensors', () => {
  it.each([
    ['is missing', { ...floats([1]), name: 'other' }, 'missing'],
    ['has another type', halves(1), 'type'],
    ['has another shape', floats([1], [1]), 'shape'],
  ] as const)('differ if one %s', (_, answered, wrong) => {
    expect(compared(floats([1]), answered)).toMatchObject({ passed: false, wrong });
  });

  it('pass only if each does, by its own check', () => {
    const boxes = { ...floats([1, 2]), name: 'boxes' };
    const other = { ...floats([1, 2.5]), name: 'boxes' };
    const checks = { scores: { check: 'top1' }, boxes: close } as const;
    const result = compareTensors([floats([1, 2]), boxes], [other, floats([3, 4])], checks);

    expect(result.passed).toBe(false);
    expect(result.outputs.map(({ output, passed }) => [output, passed])).toEqual([
      ['scores', true],
      ['boxes', false],
    ]);
  });

  it('of 16-bit floats are compared as numbers, with a larger tolerance', () => {
    expect(compared(halves(1, -2), halves(1.005, -2.01)).passed).toBe(true);
    expect(compared(halves(1, -2), halves(1.02, -2))).toMatchObject({
      passed: false,
      worst: { expected: '1', index: [0] },
    });
  });

  it('of integers must be equal by default', () => {
    expect(compared(ids(1000n), ids(1000n)).passed).toBe(true);
    expect(compared(ids(1000n), ids(1001n))).toMatchObject({
      passed: false,
      worst: { expected: '1000', answered: '1001' },
    });
    expect(defaultCheck('BOOL')).toEqual(defaultCheck('INT32'));
  });

  it('of integers are compared exactly even beyond 2^53', () => {
    const large = 2n ** 60n;
    const tolerant = { check: 'allclose', rtol: 0, atol: 1 } as const;

    expect(compared(ids(large), ids(large + 1n))).toMatchObject({
      passed: false,
      worst: { expected: '1152921504606846976', answered: '1152921504606846977' },
    });
    expect(compared(ids(large), ids(large + 1n), tolerant).passed).toBe(true);
    expect(compared(ids(large), ids(large + 2n), tolerant).passed).toBe(false);
    expect(compared(ids(large, 1n), ids(large, large + 1n), { check: 'top1' }).passed).toBe(false);
  });

  it.each([
    ['top1, of rows with one value', { check: 'top1' }, [2, 1]],
    ['cosine, of one value in all', { check: 'cosine', atLeast: 0.9 }, [1, 1]],
  ] as const)('that would pass any answer by %s are compared by allclose', (_, check, shape) => {
    const values = Array.from({ length: shape[0] }, () => 4);
    const answered = values.map(() => 12_349);

    expect(compared(floats(values, [...shape]), floats(answered, [...shape]), check)).toMatchObject(
      {
        check: 'allclose',
        passed: false,
        wrongValues: shape[0],
      },
    );
  });

  it('without values are equal', () => {
    const none = floats([], [1, 0]);

    expect(compared(none, none).passed).toBe(true);
    expect(compared(none, none, { check: 'top1' }).passed).toBe(true);
  });
});

describe('NaN', () => {
  it('is found with its index', () => {
    expect(nanIndex(floats([1, 2, 3, NaN], [2, 2]))).toEqual([1, 1]);
    expect(nanIndex(halves(1, NaN))).toEqual([1]);
    expect(nanIndex(floats([1, Infinity]))).toBeUndefined();
    expect(nanIndex(ids(1n))).toBeUndefined();
  });
});
