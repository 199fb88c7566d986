// Jest starts with the files that took longest last time, or in a fresh checkout with the largest. These files are small but slow: if
// they started late, one of them would still be running when all others have finished.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [
  'test/lib/bench/run/side-by-side.test.ts',
  'test/lib/bench/run/run-plan.test.ts',
  'test/lib/bench/run/earlier-starts.test.ts',
  'test/lib/bench/run/rig-limit.test.ts',
  'test/lib/bench/run/stability-known-faults.test.ts',
  'test/conformance/reference.test.ts',
  'test/lib/bench/load/run-load.test.ts',
  'test/lib/aws/bundle/bundle.test.ts',
  'test/calibration/answers-of-servers.test.ts',
  'test/lib/bench/run/kill-and-resume.test.ts',
  'test/lib/bench/run/kill-while-paused.test.ts',
  'test/lib/bench/run/other-classifier.test.ts',
  'test/lib/bench/run/soak.test.ts',
  'test/lib/bench/run/measure-load.test.ts',
  'test/serving-configs/runtimes/docker/prepare-image.test.ts',
  'test/calibration/verdicts.test.ts',
  'test/conformance/detector.test.ts',
  'test/aws/faults.test.ts',
  'test/docker/named-tensors.test.ts',
  'test/docker/built-images.test.ts',
  'test/docker/official-images.test.ts',
  'test/real/stability.test.ts',
  'test/real/named-tensors.test.ts',
  'test/aws/node-run/cut-off-run.test.ts',
];

const isLong = ({ path }) => LONGEST.some((name) => path.endsWith(name));

module.exports = class extends Sequencer {
  sort(tests) {
    const sorted = super.sort(tests);
    return [...sorted.filter(isLong), ...sorted.filter((test) => !isLong(test))];
  }
};
