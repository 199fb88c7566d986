/** The few functions of jstat that are used here; the package has no types of its own. */
declare module 'jstat' {
  interface StudentT {
    readonly cdf: (value: number, degreesOfFreedom: number) => number;
    readonly inv: (probability: number, degreesOfFreedom: number) => number;
  }
  interface Binomial {
    readonly cdf: (successes: number, trials: number, probability: number) => number;
  }
  interface ChiSquare {
    readonly inv: (probability: number, degreesOfFreedom: number) => number;
  }
  interface Normal {
    readonly inv: (probability: number, mean: number, standardDeviation: number) => number;
  }
  const jStat: {
    readonly studentt: StudentT;
    readonly binomial: Binomial;
    readonly chisquare: ChiSquare;
    readonly normal: Normal;
  };
  export default jStat;
}
