import { isFloat32Array, isUint8Array } from 'node:util/types';

type Tester = (one: unknown, other: unknown) => boolean | undefined;

/** Jest compares typed arrays item by item, which takes seconds for a tensor; it still does so where bytes differ. */
const areSameBytes: Tester = (one, other) => {
  const areBytes = isUint8Array(one) && isUint8Array(other);
  if (!areBytes && !(isFloat32Array(one) && isFloat32Array(other))) return undefined;
  if (one.constructor !== other.constructor) return undefined;
  const [left, right] = [one, other].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  ) as [Buffer, Buffer];
  return left.equals(right) ? true : undefined;
};

// The types of Jest's globals lack this function.
(
  expect as unknown as { addEqualityTesters: (testers: readonly Tester[]) => void }
).addEqualityTesters([areSameBytes]);
