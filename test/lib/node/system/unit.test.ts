import { parseUnit } from '../../../../lib/node/system/unit.ts';

const shown = (values: Readonly<Record<string, string>>): string =>
  Object.entries({
    MainPID: '1234',
    NRestarts: '2',
    ActiveState: 'active',
    Result: 'success',
    ExecMainStatus: '0',
    InactiveExitTimestampMonotonic: '5000000',
    CPUUsageNSec: '2500000000',
    ControlGroup: '/system.slice/a.service',
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
      restarts: 2,
      mainPid: 1234,
      startedAtUs: 5_000_000,
      cpuMs: 2500,
      controlGroup: '/system.slice/a.service',
      invocationId: 'abc',
    });
  });

  it.each(['[not set]', '18446744073709551615', ''])(
    'has no CPU time where systemd writes "%s"',
    (value) => {
      expect(parseUnit(shown({ CPUUsageNSec: value })).cpuMs).toBeUndefined();
    },
  );

  it('is that of a unit which never ran where systemd says nothing', () => {
    expect(parseUnit('')).toMatchObject({ activeState: 'inactive', mainPid: 0, restarts: 0 });
  });
});
