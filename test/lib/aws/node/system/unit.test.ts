import { parseUnit } from '../../../../../lib/aws/node/system/unit.ts';

const shown = (values: Readonly<Record<string, string>>): string =>
  Object.entries({
    MainPID: '1234',
    ActiveState: 'active',
    Result: 'success',
    ExecMainStatus: '0',
    InactiveExitTimestampMonotonic: '5000000',
    InvocationID: 'abc',
    ...values,
  })
    .map(([name, value]) => `${name}=${value}\n`)
    .join('');

describe('what systemctl show prints', () => {
  it('is read whatever the order of its lines', () => {
    expect(parseUnit(shown({}))).toEqual({
      activeState: 'active',
      result: 'success',
      exitStatus: 0,
      mainPid: 1234,
      startedAtUs: 5_000_000,
      invocationId: 'abc',
    });
  });

  it('is that of a unit which never ran, if systemd reports nothing', () => {
    expect(parseUnit('')).toMatchObject({ activeState: 'inactive', mainPid: 0 });
  });
});
