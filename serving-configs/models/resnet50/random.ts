/**
 * A stream of 32-bit numbers from a seed: Marsaglia's xorshift128 ("Xorshift RNGs", 2003), its state filled by a
 * multiplicative hash of the seed. Integer arithmetic only, so every machine draws the same numbers.
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

/** Variance of the sum of four bytes, each uniform over 0 to 255. */
const VARIANCE = (4 * (256 * 256 - 1)) / 12;
const MEAN = 4 * 127.5;

/**
 * Fills `values` with bell-shaped numbers of mean 0 and the given standard deviation: each is the sum of the four
 * bytes of one draw, which is close to a normal distribution, cut at 3.5 deviations. No transcendental function is
 * used, because their last bit differs between engines.
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

/** Takes the mean of each run of `rowLength` values from that run, so that a constant input gives nothing. */
export const centreRows = (values: Float32Array, rowLength: number): void => {
  for (let start = 0; start < values.length; start += rowLength) {
    const row = values.subarray(start, start + rowLength);
    let sum = 0;
    for (const value of row) sum += value;
    const mean = sum / rowLength;
    for (let index = 0; index < rowLength; index++) row[index] = (row[index] ?? 0) - mean;
  }
};
