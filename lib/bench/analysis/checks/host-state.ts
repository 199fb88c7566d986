import { NODE_ROLES } from '../../../aws/contract/tags.ts';
import type { CompletedMeasurement } from '../../model/record.ts';
import { cpuStateTexts } from '../../wording/machine-text.ts';
import { passedIf, type CheckResult } from './check.ts';

const NOTHING = 'no governor and no SMT';

/** Whether CPU governor and SMT of both nodes were the same before and after each window. Otherwise figures are not comparable. */
export const hostStateCheck = (measurements: readonly CompletedMeasurement[]): CheckResult => {
  const check = 'host-state';
  const states = measurements.flatMap(({ measurement: { repeat }, nodes }) =>
    NODE_ROLES.flatMap((role) => {
      const state = nodes?.[role]?.cpuState;
      if (state === undefined) return [];
      const [before, after] = [state.before, state.after].map((cpu) =>
        cpuStateTexts(cpu).join(', '),
      );
      return [{ role, repeat, before, after }];
    }),
  );
  if (states.every(({ before, after }) => before === '' && after === '')) {
    return { check, state: 'unknown', finding: 'No node reported its CPU governor or SMT.' };
  }
  const changes = states.filter(({ before, after }) => before !== after);
  const texts = changes.map(
    ({ role, repeat, before, after }) =>
      `In repeat ${repeat} the ${role} node reported ${before || NOTHING} before the window and ${after || NOTHING} after it.`,
  );
  return passedIf(changes.length === 0, {
    check,
    figure: changes.length,
    limit: 0,
    finding:
      changes.length === 0
        ? 'CPU governor and SMT were the same before and after each window.'
        : texts.join(' '),
    advice: 'Set the governor to performance, leave SMT as it is, and measure again.',
  });
};
