import { compareScores } from '../../lib/bench/run/compare-classes.ts';
import { codecOf } from '../../middleware/servings/index.ts';
import { classesOf } from '../../middleware/servings/top-five.ts';
import type { ServingName } from '../../serving-configs/index.ts';
import type { Payload } from '../../serving-configs/manifest.ts';
import { classifierOf } from '../support/codec-inputs.ts';
import { cat } from '../support/middleware.ts';
import { send, SUCCESS, type Answer } from './exchange.ts';
import { crowdOf, inputOf, nameOf, probeOf, type Way } from './probes.ts';
import { ask, IMAGES } from './session.ts';
import type { Scored, Session } from './target.ts';

/** The relative tolerance of probabilities. */
const TOLERANCE = 1e-3;
const IN_FLIGHT = 32;

/** Compares probabilities within the tolerance of the target. If it has none, the order of the classes must be the same too. */
const expectCorrect = (
  { target }: Session,
  payload: Payload,
  top: readonly Scored[],
  correct: readonly Scored[],
): void => {
  const tolerance = target.toleranceOf?.(payload);
  if (tolerance === undefined) {
    expect(top.map((scored) => scored.class)).toEqual(correct.map((scored) => scored.class));
  }
  expect(compareScores(correct, top).largest).toBeLessThan(tolerance ?? TOLERANCE);
};

/** The best classes in an answer, which must be successful. */
const topOf = (
  serving: ServingName,
  { protocol, payload }: Way,
  { status, headers, body, details }: Answer,
): readonly Scored[] => {
  expect({ status, details }).toEqual({ status: SUCCESS[protocol], details: undefined });
  const codec = codecOf(serving)[protocol];
  const model = classifierOf(serving);
  return codec === undefined
    ? []
    : classesOf(codec.decode({ headers, body }, model, payload), model);
};

const correctRequest = async ({ serving }: Session, way: Way) => ({
  way,
  probe: probeOf(serving, way, await inputOf(serving, way, cat), nameOf(way)),
});

/** Describes correct answers: to a tensor sent directly, and to photographs sent through the middleware. */
export const describeAnswers = (session: Session): void => {
  const { serving, ways, expected } = session;

  it.each(
    ways.filter(({ payload }) => payload !== 'image').map((way) => [nameOf(way), way] as const),
  )('computes a known tensor over %s', async (_, way) => {
    const { probe } = await correctRequest(session, way);
    const answer = await send(session.started().urls, probe);

    expectCorrect(
      session,
      way.payload,
      topOf(serving, way, answer),
      expected(way.payload, IMAGES[0]),
    );
  });

  it.each(ways.map((way) => [nameOf(way), way] as const))(
    'answers photographs correctly over %s',
    async (_, way) => {
      const app = await session.middleware();
      const images = way.payload === 'tensor_fullsize' ? IMAGES.slice(0, 1) : IMAGES;
      for (const image of images) {
        const response = await ask(app, serving, way, image);

        expect({ status: response.statusCode, body: response.json() }).toMatchObject({
          status: 200,
        });
        const { top } = response.json<{ top: readonly Scored[] }>();
        expectCorrect(session, way.payload, top, expected(way.payload, image));
      }
    },
  );
};

/** Describes correct answers to many requests at once. */
export const describeCrowd = (session: Session): void => {
  const { serving, ways, expected } = session;

  it(`answers ${IN_FLIGHT} requests at once correctly`, async () => {
    const sent = await Promise.all(
      crowdOf(ways, IN_FLIGHT).map((way) => correctRequest(session, way)),
    );
    const answers = await Promise.all(
      sent.map(async ({ way, probe }) => {
        const answer = await send(session.started().urls, probe);
        return { way, top: topOf(serving, way, answer) };
      }),
    );

    for (const { way, top } of answers) {
      expectCorrect(session, way.payload, top, expected(way.payload, IMAGES[0]));
    }
  });
};
