import { currentUser, testRunMs } from '../run-state.ts';

const execution = {
  scenario: {
    get iterationInTest(): number {
      return currentUser().iterationInTest;
    },
  },
  instance: {
    get currentTestRunDuration(): number {
      return testRunMs();
    },
  },
  vu: {
    get idInTest(): number {
      return currentUser().id;
    },
  },
};

export default execution;
