import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type { WireFailure } from '../../protocols/wire.ts';
import { createUniformStream } from '../../models/random.ts';
import { WITHOUT_MODEL, type InferenceEngine } from '../engine.ts';
import type { FixedOutputs } from '../fixed-outputs.ts';
import { createBatcher } from './batcher.ts';
import type { DelayOptions } from './delay-options.ts';
import { createDelaySchedule, drawLatencyMs } from './delay-schedule.ts';

const FAILURE_MESSAGE = 'the simulated server was asked to fail';

/** A timer may fire this much too late, so it is set early and the event loop spins for the rest. */
const TIMER_SLACK_MS = 1.5;

/**
 * Waits until a time on the clock of `performance.now()`, to a fraction of a millisecond. Node's timers count whole milliseconds. A
 * calibration may spend the CPU time of the spinning.
 */
const waitUntil = async (dueMs: number): Promise<void> => {
  const leftMs = dueMs - performance.now() - TIMER_SLACK_MS;
  if (leftMs >= 1) await sleep(Math.floor(leftMs));
  while (performance.now() < dueMs) await nextTurn();
};

/** Answers with a fixed output after the known time of a batch. */
const createBatchedDelay = (
  { correct }: FixedOutputs,
  { latency, seed = 1 }: DelayOptions,
  batches: NonNullable<DelayOptions['batches']>,
): InferenceEngine => {
  const uniform = createUniformStream(seed);
  const compute = createBatcher<undefined, undefined>(batches, async (batch) => {
    const takesMs = drawLatencyMs(latency, uniform()) + batches.perInputMs * batch.length;
    // Several instances that spin would take the cores from the load.
    await sleep(takesMs);
    return batch;
  });
  const reply: InferenceEngine['reply'] = async (call, body) => {
    const { result: _, ...times } = await compute(undefined);
    return { kind: 'answer', answer: call.render(call.form(body), correct), times };
  };
  return { ...WITHOUT_MODEL, reply };
};

/**
 * Answers with a fixed output after a known time, or fails in a known way. The calibration checks measurements against it. Like the
 * no-op backend, it reads no tensors.
 */
export const createDelayEngine = (
  outputs: FixedOutputs,
  options: DelayOptions,
): InferenceEngine => {
  if (options.batches !== undefined) return createBatchedDelay(outputs, options, options.batches);
  const schedule = createDelaySchedule(options);
  const failure: WireFailure =
    options.failure === 'overloaded'
      ? { kind: 'overloaded' }
      : { kind: 'failed', message: FAILURE_MESSAGE };

  const reply: InferenceEngine['reply'] = async (call, body) => {
    const arrivedMs = performance.now();
    const { dueMs, startMs, outcome } = schedule.admit(arrivedMs);
    const form = call.form(body);
    await waitUntil(dueMs);
    // Another stall may begin during the wait.
    while (performance.now() < schedule.heldUntilMs) await waitUntil(schedule.heldUntilMs);
    const times = {
      queueMs: startMs - arrivedMs,
      computeMs: performance.now() - startMs,
      batchSize: 1,
    };
    switch (outcome) {
      case 'correct':
        return { kind: 'answer', answer: call.render(form, outputs.correct), times };
      case 'wrongShape':
      case 'nan':
        return { kind: 'answer', answer: call.render(form, outputs[outcome]) };
      case 'failure':
        return { kind: 'answer', answer: call.fail(failure) };
      case 'reset':
        return { kind: 'reset' };
      case 'halfBody':
        return { kind: 'half-body', answer: call.render(form, outputs.correct) };
      default:
        return outcome satisfies never;
    }
  };

  return { ...WITHOUT_MODEL, reply };
};
