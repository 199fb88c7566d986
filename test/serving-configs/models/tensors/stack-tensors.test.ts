import {
  canStack,
  stack,
  unstack,
} from '../../../../serving-configs/models/tensors/stack-tensors.ts';
import { tensor } from '../../../support/user-model.ts';

const first = [tensor('x', 'FP32', [1, 2], [1, 2]), tensor('ids', 'INT64', [1, 1], [7])];
const second = [tensor('ids', 'INT64', [2, 1], [8, 9]), tensor('x', 'FP32', [2, 2], [3, 4, 5, 6])];

describe('stacked requests', () => {
  it('have the rows of all requests, by the names of the tensors', () => {
    expect(canStack([first, second])).toBe(true);
    expect(stack([first, second])).toEqual([
      {
        ...tensor('x', 'FP32', [3, 2], []),
        bytes: Buffer.from(new Float32Array([1, 2, 3, 4, 5, 6]).buffer),
      },
      {
        ...tensor('ids', 'INT64', [3, 1], []),
        bytes: Buffer.from(new BigInt64Array([7n, 8n, 9n]).buffer),
      },
    ]);
  });

  it('give each request its own rows of the outputs', () => {
    const outputs = [tensor('y', 'FP32', [3, 1], [10, 20, 30])];

    expect(unstack(outputs, [first, second])).toEqual([
      [tensor('y', 'FP32', [1, 1], [10])],
      [tensor('y', 'FP32', [2, 1], [20, 30])],
    ]);
  });

  it('need outputs that have a row for each input', () => {
    expect(() => unstack([tensor('y', 'FP32', [1], [0])], [first, second])).toThrow(
      'the output "y" of a batch of 3 has the shape [1]',
    );
  });

  it.each([
    ['another size', [tensor('x', 'FP32', [1, 3], [1, 2, 3])]],
    ['another name', [tensor('z', 'FP32', [1, 2], [1, 2])]],
    ['no dimension', [tensor('x', 'FP32', [], [1])]],
  ])('do not fit together with %s', (_, other) => {
    expect(canStack([[tensor('x', 'FP32', [1, 2], [1, 2])], other])).toBe(false);
  });
});
