import type { ServingName } from '../../serving-configs/index.ts';
import { describeAnswers } from './answers.ts';
import { describeKilledWorker, describeRestart } from './faults.ts';
import { describeLateness, describeOverload } from './load.ts';
import { describeRefusals } from './refusals.ts';
import { useSession } from './session.ts';
import type { Target } from './target.ts';
import type { Traits } from './traits.ts';

/** What its protocol shows: answers, refusals, and its limit of requests where it has one. */
export const describeProtocol = (serving: ServingName, target: Target, traits: Traits): void => {
  describe(`${serving}, ${target.title}`, () => {
    const session = useSession(serving, target, traits);
    describeAnswers(session);
    describeRefusals(session);
    if (traits.overload !== 'waits') describeOverload(session);
  });
};

/**
 * What a serving must show, whichever of the two runs: the simulated server, or the real software that it stands for. In
 * order, since the last ones break it.
 */
export const describeServing = (serving: ServingName, target: Target, traits: Traits): void => {
  describe(`${serving}, ${target.title}`, () => {
    const session = useSession(serving, target, traits);
    describeAnswers(session);
    describeRefusals(session);
    target.also?.(session);
    describeLateness(session);
    describeOverload(session);
    describeKilledWorker(session);
    describeRestart(session);
  });
};
