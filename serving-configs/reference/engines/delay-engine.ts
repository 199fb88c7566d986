import type { InferenceCall, WireFailure } from '../../protocols/wire.ts';
import { WITHOUT_MODEL, type Engine, type Reply } from '../engine.ts';
import type { FixedOutputs } from '../fixed-outputs.ts';
import { createAlarmClock } from './alarm-clock.ts';
import type { DelayOptions } from './delay-options.ts';
import { createDelaySchedule, type Outcome } from './delay-schedule.ts';

const FAILURE_MESSAGE = 'the simulated server was asked to fail';

/**
 * Answers with a fixed output after a known time, or fails in a known way. The calibration checks measurements against it. Like the
 * no-op engine, it reads no tensors.
 */
export const createDelayEngine = (outputs: FixedOutputs, options: DelayOptions): Engine => {
  const schedule = createDelaySchedule(options);
  const clock = createAlarmClock();

  const failure: WireFailure =
    options.failure === 'overloaded'
      ? { kind: 'overloaded' }
      : { kind: 'failed', message: FAILURE_MESSAGE };

  const replyOf = <Answer>(
    outcome: Outcome,
    call: InferenceCall<Answer>,
    form: string,
  ): Reply<Answer> => {
    switch (outcome) {
      case 'failure':
        return { kind: 'answer', answer: call.fail(failure) };
      case 'reset':
        return { kind: 'reset' };
      case 'halfBody':
        return { kind: 'half-body', answer: call.render(form, outputs.correct) };
      case 'correct':
      case 'wrongShape':
      case 'nan':
        return { kind: 'answer', answer: call.render(form, outputs[outcome]) };
      default:
        return outcome satisfies never;
    }
  };

  const reply = <Answer>(call: InferenceCall<Answer>, body: Uint8Array): Promise<Reply<Answer>> => {
    const arrivedMs = performance.now();
    const { dueMs, startMs, outcome } = schedule.admit(arrivedMs);
    const form = call.form(body);
    return new Promise((resolve) => {
      const ring = (): void => {
        const { heldUntilMs } = schedule;
        const nowMs = performance.now();
        if (nowMs < heldUntilMs) {
          clock.at(heldUntilMs, ring);
          return;
        }
        const finished = replyOf(outcome, call, form);
        const times = { queueMs: startMs - arrivedMs, computeMs: nowMs - startMs };
        const isResult = outcome === 'correct' && finished.kind === 'answer';
        resolve(isResult ? { ...finished, times } : finished);
      };
      clock.at(dueMs, ring);
    });
  };

  return { ...WITHOUT_MODEL, reply };
};
