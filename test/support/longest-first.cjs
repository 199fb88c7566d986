// Jest begins with the files that took longest the last time, and in a fresh checkout with the largest. Of these few the
// size says nothing: begun late, one of them would go on alone when all others are done.
const { default: Sequencer } = require('@jest/test-sequencer');

const LONGEST = [
  'test/conformance/reference.test.ts',
  'test/aws/faults.test.ts',
  'test/aws/round-trip.test.ts',
  'test/aws/node-run/cut-off-run.test.ts',
  'test/aws/node-run/trouble.test.ts',
  'test/aws/node-run/shared-plan.test.ts',
  'test/aws/cli/run.test.ts',
  'test/aws/cli/nodes.test.ts',
  'test/aws/cli/deploy.test.ts',
  'test/lib/bench/run/stability-oracle.test.ts',
  'test/lib/bench/run/run-user-model.test.ts',
  'test/lib/bench/run/run-plan.test.ts',
  'test/lib/docs/documented-commands.test.ts',
  'test/lib/bench/cli/venv.test.ts',
  'test/lib/bench/cli/running-servers.test.ts',
  'test/lib/bench/load/main.test.ts',
  'test/calibration/verdicts.test.ts',
];

const placeOf = ({ path }) => {
  const place = LONGEST.findIndex((name) => path.endsWith(name));
  return place === -1 ? LONGEST.length : place;
};

module.exports = class extends Sequencer {
  sort(tests) {
    return super.sort(tests).toSorted((one, other) => placeOf(one) - placeOf(other));
  }
};
