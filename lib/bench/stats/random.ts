const { imul } = Math;

/**
 * A seeded source of numbers in [0, 1), the same on every machine for the same seed: xoshiro128** of Blackman and Vigna
 * ("Scrambled linear pseudorandom number generators", 2018), its state filled by the 32-bit finaliser of MurmurHash3.
 */
export const createRandom = (seed: number): (() => number) => {
  let filler = seed | 0;
  const fill = (): number => {
    filler = (filler + 0x9e3779b9) | 0;
    let word = filler ^ (filler >>> 16);
    word = imul(word, 0x85ebca6b);
    word = imul(word ^ (word >>> 13), 0xc2b2ae35);
    return (word ^ (word >>> 16)) | 0;
  };
  let [a, b, c, d] = [fill(), fill(), fill(), fill()];
  return () => {
    const scrambled = imul(rotateLeft(imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotateLeft(d, 11);
    return scrambled / 0x1_0000_0000;
  };
};

const rotateLeft = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** Puts items into an order drawn from `random` (Fisher–Yates). */
export const shuffle = (
  items: { readonly length: number; [index: number]: unknown },
  random: () => number,
): void => {
  for (let last = items.length - 1; last > 0; last -= 1) {
    const other = Math.floor(random() * (last + 1));
    const kept = items[last];
    items[last] = items[other];
    items[other] = kept;
  }
};

/** A copy in an order drawn from `random`. */
export const shuffled = <Item>(items: readonly Item[], random: () => number): Item[] => {
  const copy = [...items];
  shuffle(copy, random);
  return copy;
};
