/** From this x on, Stirling's series is exact to 10⁻¹⁴. Smaller x are shifted up with Γ(x + 1) = x·Γ(x). */
const STIRLING_FROM = 15;

/** ln Γ(x) for x > 0 by Stirling's series (NIST Digital Library of Mathematical Functions, 5.11.1). */
const logGamma = (x: number): number => {
  let [shifted, product] = [x, 1];
  while (shifted < STIRLING_FROM) {
    product *= shifted;
    shifted += 1;
  }
  const square = shifted ** -2;
  const series =
    (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680)))) / shifted;
  return (
    (shifted - 0.5) * Math.log(shifted) -
    shifted +
    Math.log(2 * Math.PI) / 2 +
    series -
    Math.log(product)
  );
};

/** ψ(x), the derivative of ln Γ(x), for x > 0 (NIST DLMF 5.11.2). */
export const digamma = (x: number): number => {
  let [shifted, below] = [x, 0];
  while (shifted < STIRLING_FROM) {
    below += 1 / shifted;
    shifted += 1;
  }
  const square = shifted ** -2;
  const series = square * (1 / 12 - square * (1 / 120 - square * (1 / 252 - square / 240)));
  return Math.log(shifted) - 1 / (2 * shifted) - series - below;
};

/** ψ′(x), the derivative of {@link digamma}, for x > 0. */
export const trigamma = (x: number): number => {
  let [shifted, below] = [x, 0];
  while (shifted < STIRLING_FROM) {
    below += shifted ** -2;
    shifted += 1;
  }
  const square = shifted ** -2;
  const series = (square * (1 / 6 - square * (1 / 30 - square * (1 / 42 - square / 30)))) / shifted;
  return 1 / shifted + square / 2 + series + below;
};

const MIN_STEP = 1e-14;
/** Replaces 0 in divisions, and changes no result. */
const TINY = 1e-300;
const notZero = (value: number): number => (Math.abs(value) < TINY ? TINY : value);

/** The continued fraction of the incomplete beta function (NIST DLMF 8.17.22), evaluated by Lentz's method. */
const betaFraction = (x: number, a: number, b: number): number => {
  let [above, below] = [1, 1 / notZero(1 - ((a + b) * x) / (a + 1))];
  let fraction = below;
  for (let m = 1; ; m += 1) {
    const even = (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m));
    const odd = (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
    below = 1 / notZero(1 + even * below);
    above = notZero(1 + even / above);
    fraction *= above * below;
    below = 1 / notZero(1 + odd * below);
    above = notZero(1 + odd / above);
    const step = above * below;
    fraction *= step;
    if (!(Math.abs(step - 1) > MIN_STEP)) return fraction;
  }
};

/**
 * The regularised incomplete beta function I(x; a, b), from which Student's t and the binomial distribution follow. The relative
 * precision is 10⁻⁸ or better for parameters of up to a million, even if the result is tiny.
 *
 * @param x between 0 and 1
 * @param a above 0
 * @param b above 0
 */
export const incompleteBeta = (x: number, a: number, b: number): number => {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  // The fraction converges fast only below the mean; above it, use the symmetry.
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const logFront =
    a * Math.log(x) + b * Math.log1p(-x) + logGamma(a + b) - logGamma(a) - logGamma(b);
  return (Math.exp(logFront) * betaFraction(x, a, b)) / a;
};

/**
 * Finds the argument at which an increasing function reaches a value, by bisection down to neighbouring floating-point numbers.
 *
 * @param low argument at which the function is at most the value
 * @param high argument at which it is at least the value
 */
export const whereReached = (
  increasing: (x: number) => number,
  value: number,
  low: number,
  high: number,
): number => {
  let [below, above] = [low, high];
  for (;;) {
    const middle = (below + above) / 2;
    if (middle <= below || middle >= above) return middle;
    if (increasing(middle) < value) below = middle;
    else above = middle;
  }
};

/** The share of Student's t distribution below a value. It is precise in the tails, too. */
export const studentTCdf = (value: number, degreesOfFreedom: number): number => {
  const x = degreesOfFreedom / (degreesOfFreedom + value ** 2);
  const beyond = incompleteBeta(x, degreesOfFreedom / 2, 0.5) / 2;
  return value < 0 ? beyond : 1 - beyond;
};

const studentTDensity = (value: number, degreesOfFreedom: number): number => {
  const half = (degreesOfFreedom + 1) / 2;
  const atZero = Math.exp(logGamma(half) - logGamma(degreesOfFreedom / 2));
  return (
    (atZero * Math.exp(-half * Math.log1p(value ** 2 / degreesOfFreedom))) /
    Math.sqrt(Math.PI * degreesOfFreedom)
  );
};

/** Newton's method from 0. The lower tail is convex, so every step comes nearer and none overshoots. */
const findQuantile = (share: number, degreesOfFreedom: number): number => {
  const tail = Math.min(share, 1 - share);
  let value = 0;
  for (;;) {
    const excess = studentTCdf(value, degreesOfFreedom) - tail;
    const next = value - excess / studentTDensity(value, degreesOfFreedom);
    if (!(next < value)) return share < 0.5 ? value : -value;
    value = next;
  }
};

/** Quantiles by share and degrees of freedom: a run needs the same few of them thousands of times. */
const cachedQuantiles = new Map<string, number>();

/**
 * The value below which a share of Student's t distribution lies: 2.776 for 0.975 and 4 degrees of freedom.
 *
 * @param share between 0 and 1, both excluded
 * @param degreesOfFreedom above 0; may be fractional
 */
export const studentTQuantile = (share: number, degreesOfFreedom: number): number => {
  const key = `${share}/${degreesOfFreedom}`;
  const value = cachedQuantiles.get(key) ?? findQuantile(share, degreesOfFreedom);
  cachedQuantiles.set(key, value);
  return value;
};

/** The probability of at most so many successes in independent trials with the same probability. */
export const binomialCdf = (successes: number, trials: number, probability: number): number => {
  if (successes < 0) return 0;
  return successes >= trials
    ? 1
    : incompleteBeta(1 - probability, trials - successes, successes + 1);
};
