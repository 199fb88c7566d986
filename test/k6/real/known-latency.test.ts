import { describeKnownLatency } from '../../calibration/describe-known-latency.ts';
import { installedK6 } from './installed-k6.ts';

/** How much a load generator and a server on the same cores may add to an exchange. */
const OVERHEAD_MS = 2;

describe('The load generator k6', () => {
  describeKnownLatency(
    () => ({ main: 'lib/bench/load/k6/main.ts', env: { SERVING_COMPARE_K6: installedK6() } }),
    OVERHEAD_MS,
  );
});
