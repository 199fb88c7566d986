import { manifestOf, type ServingName } from '../../../serving-configs/index.ts';
import type { Reproduction } from '../analysis/reproduction/reproduction.ts';
import type { Summary } from '../analysis/summary.ts';
import type { MiddlewareSettings } from '../plan/middleware-settings.ts';
import { pathId, type Path } from '../plan/cell.ts';
import { publishedSource } from '../published/published-points.ts';
import { reproductionLines } from './reproduction-columns.ts';

/** Where the study's figures come from and how far they can be trusted. */
export const REPRODUCTION_SOURCE = `The study: ${publishedSource.title}, posts of ${publishedSource.posts.join(' and ')}; ${publishedSource.figures}. “± read” is the error of reading its charts. Ours agrees where its 95 % interval (of failures and single repeats: the range of the repeats) meets the study’s value with that error and is no wider than 20 % of it (10 points of a percentage); where it is wider, it is too noisy to tell.`;

/** Each explanation of a difference once, in the order in which it comes. */
export const explanationTexts = (reproduction: Reproduction): readonly string[] => [
  ...new Set(
    reproductionLines(reproduction).flatMap(({ row }) =>
      row.explanations
        // A gate's finding has the figures of its row, and stands with the gates.
        .filter(({ kind }) => kind !== 'gate' && kind !== 'timeouts')
        .map(({ text }) => text),
    ),
  ),
];

/** What is not compared, as a sentence; undefined where there is nothing. */
export const otherPayloadsText = (
  { otherPayloads }: Reproduction,
  labels: ReadonlyMap<string, string>,
): string | undefined =>
  otherPayloads.length === 0
    ? undefined
    : `Not held against the study, which sent another payload: ${otherPayloads.map((path) => labels.get(pathId(path)) ?? pathId(path)).join('; ')}.`;

const titles = (servings: readonly ServingName[]): string =>
  servings.map((serving) => manifestOf(serving).title).join(', ');

const settingLines = (settings: MiddlewareSettings, paths: readonly Path[]): readonly string[] => {
  const { processes, restTimeoutMs, imagesDrawnBy } = settings;
  const blocking = settings.blockingServings.filter((one) =>
    paths.some(({ serving }) => serving === one),
  );
  const perCall = settings.channelPerCallServings.filter((one) =>
    paths.some(({ serving, protocol }) => serving === one && protocol === 'grpc'),
  );
  return [
    `${processes} ${processes === 1 ? 'process' : 'processes'}, whatever the number of cores: all decoding, writing and reading shares one event loop.`,
    ...(blocking.length === 0
      ? []
      : [
          `A client that blocks (${titles(blocking)}): one request is decoded, resized, sent and awaited at a time, and all others wait; the rate cannot exceed 1 ÷ the time of that chain.`,
        ]),
    ...(perCall.length === 0
      ? []
      : [
          `A gRPC channel for each call (${titles(perCall)}): every call first connects; nothing is reused.`,
        ]),
    `The middleware waits ${restTimeoutMs / 1000} s for a serving over REST: what takes longer counts as failed.`,
    ...(imagesDrawnBy === 'middleware'
      ? [
          'The middleware draws the picture of each request: the client sends no picture, so its upload costs nothing.',
        ]
      : []),
  ];
};

/** What each setting of a plan that sets the middleware does; empty for any other plan. */
export const middlewareSettingLines = ({ plan }: Summary): readonly string[] =>
  plan.options.middleware === undefined ? [] : settingLines(plan.options.middleware, plan.paths);
