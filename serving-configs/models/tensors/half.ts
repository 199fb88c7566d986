/** Converts 16-bit floats (FP16, IEEE 754 binary16) to numbers and back, because Node 20 has no Float16Array. */

const float = new Float32Array(1);
const floatBits = new Uint32Array(float.buffer);

/** The number that 16 bits represent. */
export const fromHalf = (bits: number): number => {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
};

let table: Float32Array | undefined;

/** Converts many 16-bit floats with a table, because every answer under load is decoded. */
export const fromHalves = (bits: Uint16Array): Float32Array => {
  const numbers = (table ??= Float32Array.from({ length: 2 ** 16 }, (_, key) => fromHalf(key)));
  const decoded = new Float32Array(bits.length);
  for (let at = 0; at < bits.length; at += 1) decoded[at] = numbers[bits[at] ?? 0] ?? 0;
  return decoded;
};

/** Rounds a number to 16 bits; a number halfway between two becomes the even one. */
export const toHalf = (value: number): number => {
  float[0] = value;
  const bits = floatBits[0] ?? 0;
  const sign = (bits >>> 16) & 0x8000;
  if (Number.isNaN(value)) return sign | 0x7e00;
  const size = Math.abs(float[0]);
  if (size >= 65_520) return sign | 0x7c00;
  // All numbers below 2^-14 have the same distance.
  const exponent = Math.max((bits >>> 23) & 0xff, 113) - 127;
  const steps = size * 2 ** (10 - exponent);
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const rounded = rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? floor + 1 : floor;
  // Add instead of combining bits: 2048 steps carry over into the next exponent.
  return sign | (((exponent + 14) << 10) + rounded);
};
