import type { ServingName } from '../../serving-configs/index.ts';
import { describeAnswers, describeCrowd } from './answers.ts';
import { describeKilledWorker, describeRestart, describeStop } from './faults.ts';
import { describeLateness, describeOverload } from './load.ts';
import { describeRefusals } from './refusals.ts';
import { useSession } from './session.ts';
import type { Target } from './target.ts';
import type { Traits } from './traits.ts';

/** Describes the protocol of a serving: single answers, refusals, and its limit of requests if it has one. */
export const describeProtocol = (serving: ServingName, target: Target, traits: Traits): void => {
  describe(`${serving}, ${target.title}`, () => {
    const session = useSession(serving, target, traits);
    describeAnswers(session);
    describeRefusals(session);
    if (traits.overload !== 'waits') describeOverload(session);
  });
};

/**
 * Describes everything that a serving must do, both as the simulated server and as the real software. The order matters, because the last
 * tests break the serving.
 */
export const describeServing = (serving: ServingName, target: Target, traits: Traits): void => {
  describe(`${serving}, ${target.title}`, () => {
    const session = useSession(serving, target, traits);
    describeAnswers(session);
    describeCrowd(session);
    describeRefusals(session);
    target.also?.(session);
    describeLateness(session);
    describeOverload(session);
    describeKilledWorker(session);
    if (target.startsTwice(traits)) describeRestart(session);
    else describeStop(session);
  });
};
