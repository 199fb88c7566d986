// Jest begins with the files that took longest the last time, and in a fresh checkout with the largest. These few are
// small and take long: begun late, one of them would go on alone when all others are done.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [
  'test/lib/bench/run/stability-known-faults.test.ts',
  'test/conformance/reference.test.ts',
  'test/lib/bench/load/main.test.ts',
  'test/aws/faults.test.ts',
  'test/aws/node-run/cut-off-run.test.ts',
];

const isLong = ({ path }) => LONGEST.some((name) => path.endsWith(name));

module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
