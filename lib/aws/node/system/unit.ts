import { run, runOptional } from './run.ts';

/** The unit of the serving that a serving node runs. */
export const SERVING_UNIT = 'serving-compare-serving.service';

/** Properties of a systemd unit, see "show" in systemctl(1). */
export interface Unit {
  /** `active`, `activating`, `deactivating`, `inactive` or `failed`. */
  readonly activeState: string;
  /** How it ended: `success`, `exit-code`, `signal`, … */
  readonly result: string;
  readonly exitStatus: number;
  /** 0 if no process runs. */
  readonly mainPid: number;
  /** On the clock of {@link process.hrtime}, in microseconds; 0 if it was never started. */
  readonly startedAtUs: number;
  readonly invocationId: string;
}

const PROPERTIES = [
  'ActiveState',
  'Result',
  'ExecMainStatus',
  'MainPID',
  'InactiveExitTimestampMonotonic',
  'InvocationID',
];

/** Parses the output of `systemctl show`, a line NAME=VALUE for each property. */
export const parseUnit = (text: string): Unit => {
  const values = new Map(
    text.split('\n').map((line) => {
      const end = line.indexOf('=');
      return [line.slice(0, end), line.slice(end + 1)];
    }),
  );
  const count = (name: string): number => {
    const value = Number(values.get(name));
    return Number.isFinite(value) ? value : 0;
  };
  return {
    activeState: values.get('ActiveState') ?? 'inactive',
    result: values.get('Result') ?? '',
    exitStatus: count('ExecMainStatus'),
    mainPid: count('MainPID'),
    startedAtUs: count('InactiveExitTimestampMonotonic'),
    invocationId: values.get('InvocationID') ?? '',
  };
};

export const readUnit = async (name: string): Promise<Unit> =>
  parseUnit(
    await run('systemctl', ['show', name, ...PROPERTIES.map((key) => `--property=${key}`)]),
  );

/** Returns the last lines that a unit wrote since its last start. */
export const readLastLines = async (unit: Unit, lines: number): Promise<string> => {
  await runOptional('journalctl', ['--sync']);
  const output = await runOptional('journalctl', [
    `_SYSTEMD_INVOCATION_ID=${unit.invocationId}`,
    '--no-pager',
    '--output=cat',
    `--lines=${lines}`,
  ]);
  return (output ?? '').trimEnd();
};
