import { crowdOf } from '../conformance/probes.ts';
import { holdWorker } from '../conformance/freeze.ts';
import { describeOwnTimes } from '../conformance/own-times.ts';
import { ask, IMAGES } from '../conformance/session.ts';
import { describeShortestCall } from '../conformance/shortest-call.ts';
import { startReal } from '../conformance/started-serving.ts';
import type { Scored, Session, Target } from '../conformance/target.ts';
import type { RealTraits, Traits } from '../conformance/traits.ts';
import { describeAgainstReference } from './support/against-reference.ts';
import { expectedAnswersOf } from './support/expected-answers.ts';
import { countEngines, workerOf } from './support/worker.ts';

const realTraits = ({ real }: Traits): RealTraits => {
  if (real === undefined) throw new Error('its real software does not run from packages');
  return real;
};

const IN_FLIGHT = 64;

const describeEngines = (session: Session): void => {
  const { serving, ways, expected } = session;

  it(`answers ${IN_FLIGHT} at once through the middleware, computed in one process`, async () => {
    const app = await session.middleware();
    const sent = crowdOf(ways, IN_FLIGHT);
    const answers = await Promise.all(
      sent.map(async (way) => {
        const response = await ask(app, serving, way);
        const { top } = response.json<{ top?: readonly Scored[] }>();
        return [response.statusCode, top?.[0]?.class];
      }),
    );

    expect(answers).toEqual(
      sent.map(({ payload }) => [200, expected(payload, IMAGES[0])[0]?.class]),
    );
    // One process whose engine computes one image at a time, so that every platform gets the same share of the machine.
    expect(await countEngines(session.started())).toBe(1);
  });
};

/** The real platform, started from packages. */
export const realTarget: Target = {
  title: 'the real one',
  start: startReal,
  startAgain: startReal,
  expectedAnswers: (serving) => expectedAnswersOf(serving, undefined),
  worker: (started, traits) => workerOf(started, realTraits(traits).worker),
  hold: holdWorker,
  killed: (traits) => realTraits(traits).killed,
  startsTwice: () => true,
  // Including its guard and the program that started it.
  processes: 3,
  also: (session) => {
    describeAgainstReference(session);
    describeOwnTimes(session);
    describeEngines(session);
    describeShortestCall(session);
  },
};
