import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  environmentAt,
  readInstalled,
  withLock,
  writeInstalled,
  type PythonEnvironment,
} from '../../../../serving-configs/runtimes/venv/environments.ts';
import type { Requirements } from '../../../../serving-configs/runtimes/venv/requirements.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const requirementsOf = (text: string): Requirements => ({
  file: 'some.txt',
  environment: 'python',
  sourceFile: undefined,
  text,
  versions: new Map(),
});
const requirements = requirementsOf('one==1\n');

describe('a virtual environment', () => {
  let environment: PythonEnvironment;

  beforeEach(async () => {
    environment = environmentAt(newFolder(), 'some');
    await mkdir(environment.folder, { recursive: true });
  });

  it('is installed if it has a record for the same requirements', async () => {
    await writeInstalled(environment, requirements, '/somewhere');

    expect(await readInstalled(environment, requirements)).toMatchObject({
      packages: '/somewhere',
    });
  });

  it('is not installed if it has no record, or a damaged one', async () => {
    expect(await readInstalled(environment, requirements)).toBeUndefined();

    await writeFile(path.join(environment.folder, 'installed.json'), '{"sha256":');
    expect(await readInstalled(environment, requirements)).toBeUndefined();
  });

  it('is not installed for other requirements', async () => {
    await writeInstalled(environment, requirements, '/somewhere');

    expect(await readInstalled(environment, requirementsOf('one==2\n'))).toBeUndefined();
  });

  it('is changed by one process at a time', async () => {
    const events: string[] = [];
    const work = (name: string) => () =>
      withLock(
        environment,
        async () => {
          events.push(`${name} begins`);
          while (!events.some((event) => event.endsWith('waits'))) await sleep(2);
          events.push(`${name} ends`);
        },
        () => events.push(`${name} waits`),
      );
    await Promise.all([work('first')(), work('second')()]);

    expect(events).toHaveLength(5);
    expect(events.filter((event) => !event.endsWith('waits'))).toEqual(
      events.includes('second waits')
        ? ['first begins', 'first ends', 'second begins', 'second ends']
        : ['second begins', 'second ends', 'first begins', 'first ends'],
    );
  });

  it('is unlocked after a failure, and after the end of the process that locked it', async () => {
    const failure = new Error('no space');
    await expect(withLock(environment, () => Promise.reject(failure))).rejects.toBe(failure);
    const gone = spawn(process.execPath, ['-e', '']);
    await once(gone, 'exit');
    await writeFile(`${environment.folder}.lock`, String(gone.pid));

    expect(await withLock(environment, () => Promise.resolve('done'))).toBe('done');
    expect(await readdir(path.dirname(environment.folder))).toEqual(['some']);
  });
});
