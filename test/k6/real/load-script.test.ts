// The load script and its load process with the real k6.
import { describeLoadProcess } from '../../lib/bench/load/describe-load-process.ts';
import { installedK6 } from './installed-k6.ts';

const MEDIAN_LATE_MS = 2;

describe('The load process with k6', () => {
  describeLoadProcess(
    'k6',
    (env) => ({
      main: 'lib/bench/load/k6/main.ts',
      env: { SERVING_COMPARE_K6: installedK6(), ...env },
    }),
    MEDIAN_LATE_MS,
  );
});
