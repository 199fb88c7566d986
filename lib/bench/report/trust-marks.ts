import { checkOf } from '../analysis/checks/checks.ts';
import { NEAR_NOOP_LIMIT_SHARE } from '../analysis/checks/noop-limit.ts';
import type { Trust } from '../analysis/summary.ts';
import { ANSWER_FAULTS } from '../model/record.ts';
import { faultWords } from '../wording/answer-words.ts';
import { counted, joined, roughPercent } from '../wording/format-number.ts';
import type { Chip } from './model.ts';

const passed = (text: string): Chip => ({ kind: 'passed', text });

const failed = (text: string): Chip => ({ kind: 'failed', text });

const answerMark = ({ targets, faults }: NonNullable<Trust['answers']>): Chip => {
  const text = joined(
    ', ',
    ...ANSWER_FAULTS.map(
      (fault) => faults[fault] > 0 && `${faultWords[fault].what} from ${faults[fault]}`,
    ),
  );
  return text === ''
    ? passed('answers correct')
    : failed(`${text} of ${counted(targets, 'target')}`);
};

const failureMark = ({
  measurements,
  requests,
  areFaultsLeftOut,
}: NonNullable<Trust['failures']>): Chip => {
  const failures = joined(
    ', ',
    measurements > 0 && `${counted(measurements, 'measurement')} failed`,
    requests > 0 && `${counted(requests, 'request')} failed`,
  );
  if (failures !== '') return failed(failures);
  return passed(areFaultsLeftOut ? 'no failures without faults' : 'no failures');
};

const checkMark = ({ results, failing, failed: names }: NonNullable<Trust['checks']>): Chip => {
  if (failing === 0) return passed('all results pass their checks');
  const titles = names.map((check) => checkOf({ check }).title);
  return failed(
    `${failing} of ${counted(results, 'result')} ${failing === 1 ? 'fails' : 'fail'} a check: ${titles.join(', ')}`,
  );
};

const rigMark = ({ share, state }: NonNullable<Trust['rig']>): Chip => {
  const rig = 'load generator and middleware';
  if (state === 'far') {
    // Rounded down, so that it is never more than what was measured.
    return passed(`${rig} could do at least ${Math.floor(10 / share) / 10} times as much`);
  }
  return failed(
    state === 'wrong'
      ? 'the rig was slower with the no-op backend than with a serving: its limit is unusable'
      : `${rig} worked at up to ${roughPercent(share)} % of their limit, more than ${roughPercent(NEAR_NOOP_LIMIT_SHARE)} %`,
  );
};

/** What a reader must know to believe the figures, in a few words each. */
export const trustMarks = ({ answers, failures, checks, rig }: Trust): readonly Chip[] =>
  [
    answers && answerMark(answers),
    failures && failureMark(failures),
    checks && checkMark(checks),
    rig && rigMark(rig),
  ].filter((mark) => mark !== undefined);
