import type { Environment } from '../../../../lib/bench/model/environment.ts';
import { isCalibrationDue } from '../../../../lib/bench/run/calibrate.ts';
import { calibrationRecord, recordedRun, accurateTry } from '../../../support/recorded-run.ts';

const records = recordedRun({ repeats: 1 }).records.filter(({ kind }) => kind !== 'calibration');
const nodesSince = (...moments: readonly string[]): Pick<Environment, 'aws'> => ({
  aws: {
    deployment: 'test',
    region: 'us-east-1',
    images: {},
    pairs: moments.map((since) => ({ since }) as NonNullable<Environment['aws']>['pairs'][number]),
  },
});

describe('The calibration', () => {
  it('takes place at the first start of a run, and not later on the same machines', () => {
    expect(isCalibrationDue(records, {})).toBe(true);
    expect(isCalibrationDue([calibrationRecord(), ...records], {})).toBe(false);
  });

  it('is repeated if it was wrong, on nodes only if no measurement followed', () => {
    const wrong = calibrationRecord({ meanMs: 900 });

    expect(isCalibrationDue([wrong], {})).toBe(true);
    expect(isCalibrationDue([wrong, ...records], {})).toBe(true);
    const nodes = nodesSince(new Date(0).toISOString());
    expect(isCalibrationDue([wrong, ...records], nodes)).toBe(false);
    expect(isCalibrationDue([wrong, calibrationRecord()], {})).toBe(false);
  });

  it('is repeated if it gave no figures', () => {
    expect(isCalibrationDue([calibrationRecord({}, { state: 'failed', reason: 'lost' })], {})).toBe(
      true,
    );
  });

  it('is repeated on nodes that replaced the first ones', () => {
    const calibration = calibrationRecord({ startedAt: '2026-01-02T03:04:05.000Z' });
    const first = '2026-01-02T03:04:00.000Z';

    expect(isCalibrationDue([calibration], nodesSince(first))).toBe(false);
    expect(isCalibrationDue([calibration], nodesSince(first, '2026-01-02T03:05:00.000Z'))).toBe(
      true,
    );
    const later = { ...accurateTry, startedAt: '2026-01-02T03:05:09.000Z' };
    expect(
      isCalibrationDue(
        [calibration, calibrationRecord(later)],
        nodesSince(first, '2026-01-02T03:05:00.000Z'),
      ),
    ).toBe(false);
  });
});
