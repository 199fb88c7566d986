import type { Fault } from '../../lib/bench/model/fault.ts';
import type { Target } from '../../lib/bench/model/measurement.ts';
import type { CompletedMeasurement, ResultRecord } from '../../lib/bench/model/record.ts';
import type { FaultFigures } from '../../lib/bench/model/stability.ts';
import { buildMeasurements } from '../../lib/bench/plan/build-plan.ts';
import { resolvePlanOptions } from '../../lib/bench/plan/resolve-plan-options.ts';
import type { RunData } from '../../lib/bench/results/run-folder.ts';
import { faultFigures, part } from './fault-figures.ts';
import { recordedRun } from './recorded-run.ts';

export const targets: readonly Target[] = [
  { serving: 'torchserve', protocol: 'rest', payload: 'image', encoding: 'raw' },
  { serving: 'triton_onnx', protocol: 'rest', payload: 'tensor', encoding: 'binary' },
];

/** The effects of the faults; other faults have none. */
export const harm = (target: Target, fault: Fault): Partial<FaultFigures> => {
  if (fault === 'kill-worker') {
    return target.serving === 'torchserve'
      ? { during: part({ failed: 30, failures: { 'http-503': 30 } }), processesLost: 1 }
      : { ended: 'signal SIGKILL', answersAgain: false };
  }
  if (fault === 'burst') return { during: part({ p99Ms: 43 }) };
  return {};
};

export const faults: readonly Fault[] = [
  'image-truncated',
  'malformed-json',
  'burst',
  'kill-worker',
];
const options = resolvePlanOptions({ profile: 'stability', faults, repeats: 1, seed: 3 });

/** A run of the profile `stability` with the effects of {@link harm}. */
export const stabilityRun = (
  harmOf: (target: Target, fault: Fault) => Partial<FaultFigures> = harm,
): RunData => {
  const usual = recordedRun({ targets, levels: options.levels, repeats: 1 });
  const measurements = buildMeasurements(targets, options);
  const template = usual.records.find(
    (record): record is CompletedMeasurement =>
      record.kind === 'measurement' && record.state === 'completed',
  );
  if (template === undefined) throw new Error('the recorded run has no measurement');
  const records = measurements.flatMap((measurement): readonly ResultRecord[] => {
    const { stability: fault } = measurement;
    if (fault === undefined || fault === 'soak') return [{ ...template, measurement }];
    const stability = faultFigures({
      fault,
      answers: fault === 'image-truncated' ? [{ answer: '400', count: 12, medianMs: 3 }] : [],
      ...harmOf(measurement.target, fault),
    });
    return [{ ...template, measurement, stability }];
  });
  const otherRecords = usual.records.filter(({ kind }) => kind !== 'measurement');
  return {
    ...usual,
    plan: { ...usual.plan, profile: 'stability', options, targets, measurements },
    records: [...otherRecords, ...records],
  };
};
