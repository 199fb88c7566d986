/**
 * Creates a stream of random 32-bit numbers: Marsaglia's xorshift128 ("Xorshift RNGs", 2003), whose state is filled by a multiplicative hash of
 * the seed. It uses only integer arithmetic, so every machine draws the same numbers.
 */
export const createBitStream = (seed: number): (() => number) => {
  let state = seed | 0;
  const mixed = (): number => {
    state = (state + 0x9e3779b9) | 0;
    let value = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    value = Math.imul(value ^ (value >>> 15), 0x735a2d97);
    return value ^ (value >>> 15);
  };
  let x = mixed();
  let y = mixed();
  let z = mixed();
  let w = mixed() | 1;
  return () => {
    const t = x ^ (x << 11);
    x = y;
    y = z;
    z = w;
    w = w ^ (w >>> 19) ^ t ^ (t >>> 8);
    return w;
  };
};

/** Creates a stream of uniform random numbers from 0 (inclusive) to 1 (exclusive). */
export const createUniformStream = (seed: number): (() => number) => {
  const nextBits = createBitStream(seed);
  return () => (nextBits() >>> 0) / 2 ** 32;
};

/** The variance of the sum of four bytes, each uniform over 0 to 255. */
const VARIANCE = (4 * (256 * 256 - 1)) / 12;
const MEAN = 4 * 127.5;

/**
 * Fills `values` with numbers that are nearly normally distributed, with mean 0 and the given standard deviation, and end at 3.5
 * deviations. Each is the sum of the four bytes of one draw: transcendental functions would differ in the last bit between engines.
 */
export const fillBellShaped = (
  values: Float32Array,
  nextBits: () => number,
  standardDeviation: number,
): void => {
  const scale = standardDeviation / Math.sqrt(VARIANCE);
  for (let index = 0; index < values.length; index++) {
    const bits = nextBits();
    const sum = (bits & 255) + ((bits >>> 8) & 255) + ((bits >>> 16) & 255) + (bits >>> 24);
    values[index] = (sum - MEAN) * scale;
  }
};

/** Subtracts the mean from each row of `rowLength` values, so that a constant input gives 0. */
export const centreRows = (values: Float32Array, rowLength: number): void => {
  for (let start = 0; start < values.length; start += rowLength) {
    const row = values.subarray(start, start + rowLength);
    let sum = 0;
    for (const value of row) sum += value;
    const mean = sum / rowLength;
    for (let index = 0; index < rowLength; index++) row[index] = (row[index] ?? 0) - mean;
  }
};
