import { isFloat32Array, isUint8Array } from 'node:util/types';

type Tester = (a: unknown, b: unknown) => boolean | undefined;

/** Jest compares typed arrays item by item, which takes seconds for a tensor. With this it does so only if the bytes differ. */
const areSameBytes: Tester = (a, b) => {
  const areBytes = isUint8Array(a) && isUint8Array(b);
  if (!areBytes && !(isFloat32Array(a) && isFloat32Array(b))) return undefined;
  if (a.constructor !== b.constructor) return undefined;
  const [left, right] = [a, b].map(({ buffer, byteOffset, byteLength }) =>
    Buffer.from(buffer, byteOffset, byteLength),
  ) as [Buffer, Buffer];
  return left.equals(right) ? true : undefined;
};

// The types of Jest's globals lack this function.
(
  expect as unknown as { addEqualityTesters: (testers: readonly Tester[]) => void }
).addEqualityTesters([areSameBytes]);
