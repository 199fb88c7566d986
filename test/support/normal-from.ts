/** Draws from the standard normal distribution (Box–Muller), using draws from [0, 1). */
export const normalFrom = (random: () => number) => (): number =>
  Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
