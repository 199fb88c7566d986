import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { crowdOf, nameOf, probesOf } from '../conformance/probes.ts';
import { holdWorker } from '../conformance/freeze.ts';
import { describeOwnTimes } from '../conformance/own-times.ts';
import { ask, IMAGES } from '../conformance/session.ts';
import { describeShortestCall } from '../conformance/shortest-call.ts';
import { startReal, startReference } from '../conformance/started-serving.ts';
import type { ExpectedAnswers, Scored, Session, Target } from '../conformance/target.ts';
import type { RealTraits, Traits } from '../conformance/traits.ts';
import { countEngines, workerOf } from './support/worker.ts';
import { type Answer, send } from '../conformance/exchange.ts';
import { cat, imagesDir } from '../support/middleware.ts';
import { payloadsOf, type ServingName } from '../../serving-configs/index.ts';
import type { DirectDocument } from '../../serving-configs/reference/direct-answers.ts';
import { runScript } from '../support/run-script.ts';

/**
 * Computes the correct answers to the images for each payload of a serving.
 *
 * @param modelFile undefined: the random weights of the simulated server
 */
const expectedAnswersOf = async (
  serving: ServingName,
  modelFile: string | undefined,
): Promise<ExpectedAnswers> => {
  const folder = await mkdtemp(path.join(tmpdir(), 'real-'));
  try {
    for (const image of IMAGES) {
      await copyFile(path.join(imagesDir, image), path.join(folder, image));
    }
    const targets = payloadsOf(serving).map((payload) => ({ serving, payload }));
    const { stdout, stderr } = await runScript('serving-configs/reference/direct.ts', [
      '--requests',
      folder,
      '--targets',
      JSON.stringify(targets),
      ...(modelFile === undefined ? [] : ['--model', modelFile]),
    ]);
    if (stdout === '') throw new Error(`nothing was computed: ${stderr}`);
    const { answers } = JSON.parse(stdout) as DirectDocument;
    return (payload, image) =>
      answers
        .find((answer) => answer.payload === payload)
        ?.images.find(({ file }) => file === image)?.top ?? [];
  } finally {
    await rm(folder, { recursive: true });
  }
};

/** Headers that do not depend on the platform. */
const IGNORED_HEADERS = new Set([
  'date',
  'connection',
  'keep-alive',
  'content-length',
  'transfer-encoding',
  'x-model-trained',
]);

/** Headers whose value differs in each answer. */
const RANDOM_HEADER = /^(x-request-id|x-bentoml-request-id|ce-id|ce-requestid)$/;

/** Status and headers of an answer, without the parts that differ between calls. */
const visiblePartsOf = ({ status, headers }: Answer) => ({
  status,
  headers: Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => !IGNORED_HEADERS.has(name))
      .map(([name, value]): [string, string] => [name, RANDOM_HEADER.test(name) ? 'any' : value])
      .toSorted(([a], [b]) => a.localeCompare(b)),
  ),
});

/** Compares a real serving with the simulated server: the headers of results, and the status of health checks and refusals. */
const describeAgainstReference = ({ serving, ways, started }: Session): void => {
  it('answers like the simulated server', async () => {
    const reference = await startReference(serving);
    try {
      const results = new Set<string>(ways.map(nameOf));
      const simulated: Record<string, unknown> = {};
      const real: Record<string, unknown> = {};
      for (const probe of await probesOf(serving, cat)) {
        const visible = (answer: Answer) =>
          results.has(probe.name) ? visiblePartsOf(answer) : answer.status;
        simulated[probe.name] = visible(await send(reference.urls, probe));
        real[probe.name] = visible(await send(started().urls, probe));
      }
      expect(simulated).toEqual(real);
    } finally {
      await reference.stop();
    }
  });
};

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
