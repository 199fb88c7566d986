import { isServingName, type ServingName } from '../../../serving-configs/index.ts';
import type { MiddlewareSettings } from '../model/plan-options.ts';
import data from './study-rig.json' with { type: 'json' };

const servingsOf = (names: readonly string[]): readonly ServingName[] =>
  names.map((name) => {
    if (!isServingName(name)) throw new Error(`study-rig.json: no serving "${name}"`);
    return name;
  });

export const studyMachines: {
  readonly servingInstanceType: string;
  readonly middlewareInstanceType: string;
} = data;

/** Timeout of k6 in the study. */
export const STUDY_CLIENT_TIMEOUT_MS = data.clientTimeoutMs;

/** Settings that make our middleware resemble that of the study of 2021. */
export const studyMiddleware: MiddlewareSettings = {
  processes: data.processes,
  restTimeoutMs: data.restTimeoutMs,
  blockingServings: servingsOf(data.blockingServings),
  channelPerCallServings: servingsOf(data.channelPerCallServings),
  imagesDrawnBy: data.imagesDrawnBy === 'middleware' ? 'middleware' : 'client',
};
