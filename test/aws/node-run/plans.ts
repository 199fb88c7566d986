/**
 * Options of runs that take seconds and little CPU: the serving answers at once and gets few requests. SSM commands, uploads
 * and the middleware are the same as in other runs.
 */
const quick = `--servings tfserving --scenarios warm --engine noop --load-generator embedded
  --rates 20,40 --arrivals constant --warmup 0 --bypass 0 --processes 1`;
export const plan = `${quick} --repeats 2 --duration 0.4s`;
/** With measurements that are too long for a test to wait for. */
export const long = `${quick} --repeats 1 --duration 30s`;
