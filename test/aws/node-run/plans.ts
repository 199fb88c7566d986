import { words } from '../../support/bench-cli.ts';

/**
 * The serving answers at once and is asked rarely, so that a test takes seconds and little CPU; the paths through SSM, S3 and
 * the middleware are real.
 */
export const quick = words(
  '--servings tfserving --scenarios warm --engine noop --load-generator embedded --warmup 0 --bypass 0 --processes 1',
);
const rates = words('--rates 20,40 --arrivals constant');
export const plan = [...quick, ...rates, ...words('--repeats 2 --duration 0.4s')];
/** Of windows that no test waits for. */
export const long = [...quick, ...rates, ...words('--repeats 1 --duration 30s')];
