/** The four words of xoshiro128**, which every draw changes. Plain numbers, so that a state can be stored as JSON. */
export type RandomState = [number, number, number, number];

/**
 * Seeds a random number generator whose numbers are the same on every machine: xoshiro128** of Blackman and Vigna ("Scrambled
 * linear pseudorandom number generators", 2018). The 32-bit finaliser of MurmurHash3 fills its state.
 */
export const seedRandom = (seed: number): RandomState => {
  let filler = seed | 0;
  const fill = (): number => {
    filler = (filler + 0x9e3779b9) | 0;
    let word = filler ^ (filler >>> 16);
    word = Math.imul(word, 0x85ebca6b);
    word = Math.imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) | 0;
  };
  return [fill(), fill(), fill(), fill()];
};

/** Draws the next number in [0, 1). */
export const drawRandom = (state: RandomState): number => {
  const b = state[1];
  const scrambled = Math.imul(rotateLeft(Math.imul(b, 5), 7), 9) >>> 0;
  const c = state[2] ^ state[0];
  const d = state[3] ^ b;
  state[1] = b ^ c;
  state[0] ^= d;
  state[2] = c ^ (b << 9);
  state[3] = rotateLeft(d, 11);
  return scrambled / 0x1_0000_0000;
};

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));
