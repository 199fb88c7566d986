// Burns a core for random 0 to 3 s, and is idle for random 0 to 1.5 s, with a seed: node burner.js SEED. Ends with its parent.
let state = Number(process.argv[2]) >>> 0;

/** A number from 0 to 1 (mulberry32). */
const random = () => {
  state = (state + 0x6d2b79f5) >>> 0;
  let mixed = Math.imul(state ^ (state >>> 15), state | 1);
  mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
  return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
};

const burn = () => {
  const endMs = performance.now() + random() * 3000;
  while (performance.now() < endMs);
  setTimeout(burn, random() * 1500);
};

process.on('disconnect', () => process.exit());
burn();
