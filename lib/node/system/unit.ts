import { run, runOptional } from './run.ts';

/** The one serving of a serving node. */
export const SERVING_UNIT = 'serving-compare-serving.service';

/** What systemd knows of a unit, of the properties in systemctl(1) "show". */
export interface Unit {
  /** `active`, `activating`, `deactivating`, `inactive` or `failed`. */
  readonly activeState: string;
  /** How it ended: `success`, `exit-code`, `signal`, … */
  readonly result: string;
  readonly exitStatus: number;
  /** 0 where none runs. */
  readonly mainPid: number;
  /** On the clock of {@link process.hrtime}, in microseconds; 0 where it was never started. */
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

/** Reads what `systemctl show` prints, one line NAME=VALUE a property. */
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
    await run('systemctl', ['show', name, ...PROPERTIES.map((each) => `--property=${each}`)]),
  );

/** The last lines that a unit wrote since its last start. */
export const lastWords = async (unit: Unit, lines: number): Promise<string> => {
  await runOptional('journalctl', ['--sync']);
  const words = await runOptional('journalctl', [
    `_SYSTEMD_INVOCATION_ID=${unit.invocationId}`,
    '--no-pager',
    '--output=cat',
    `--lines=${lines}`,
  ]);
  return (words ?? '').trimEnd();
};
