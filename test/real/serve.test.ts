import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { interrupt, jsonOf, startBench, untilAlone } from '../support/bench-cli.ts';
import { describedTwoByTwo } from '../support/described-model.ts';
import { newFolder } from '../support/temporary-folder.ts';

/** Whether the weights are trained, according to `npx serving-compare serve` and to an answer. */
const trainedOf = async (
  args: readonly string[],
): Promise<{ readonly statement: string; readonly trained: unknown }> => {
  const bench = startBench(['serve', ...args, '--port', '0', '--json']);
  try {
    const { statement, middleware } = await jsonOf<Record<string, string>>(bench);
    const response = await fetch(`${middleware}/randinfer/${args[0]}`);
    const { trained } = (await response.json()) as { readonly trained?: boolean };
    return { statement: statement ?? '', trained };
  } finally {
    await interrupt(bench);
  }
};

describe('A platform that does not report whether its weights are trained', () => {
  it('is not treated as trained: an answer repeats what its start reported', async () => {
    const { statement, trained } = await trainedOf(['flask', '--runtime', 'venv']);

    expect(statement).toMatch(/\breal Flask\b/);
    expect(trained).toBe(false);
  });

  it('answers like the simulated server', async () => {
    expect((await trainedOf(['flask'])).trained).toBe(false);
  });
});

describe("A real server of a user's model", () => {
  it('answers at the address that its command measures', async () => {
    const model = describedTwoByTwo(newFolder());
    const args = ['serve', 'flask', '--runtime', 'venv', '--model', model, '--port', '0'];
    const bench = startBench([...args, '--json']);
    try {
      const { statement, measure = '' } = await jsonOf<Record<string, string>>(bench);
      const [, url = ''] = /mine=(\S+)/.exec(measure) ?? [];
      const data = { ids: [[1, 2, 3]], weights: [[0.5, 0.5, 0.5]] };
      const inputs = [
        { name: 'ids', datatype: 'INT64', shape: [1, 3], data: data.ids.flat() },
        { name: 'weights', datatype: 'FP32', shape: [1, 3], data: data.weights.flat() },
      ];
      const headers = { 'content-type': 'application/json' };
      const body = JSON.stringify({ inputs });
      const answer = await fetch(url, { method: 'POST', headers, body });

      expect(statement).toMatch(/\breal Flask .*; two\.$/);
      expect(await answer.json()).toMatchObject({
        outputs: [{ name: 'sum', data: [1.5, 2.5, 3.5] }, { name: 'twice' }],
      });
    } finally {
      await interrupt(bench);
    }
  });
});

const commandOf = (pid: number): string => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').replaceAll('\0', ' ');
  } catch {
    return '';
  }
};

/** Files of a run in shared memory, and the folders of Triton's Python backend. */
const leftoversOf = (run: string) => ({
  shared: readdirSync('/dev/shm').filter((name) => name.startsWith(`${run}-`)),
  folders: readdirSync('/tmp').filter((name) => name.startsWith('python_env_')),
});

describe('Triton', () => {
  it('leaves nothing in shared memory and no folder when it is killed', async () => {
    const before = leftoversOf('').folders;
    const bench = startBench('serve triton_onnx --runtime venv --port 0 --json');
    try {
      await jsonOf(bench);
      const server = bench.descendants().find((pid) => /bin\/tritonserver /.test(commandOf(pid)));
      const run = /shm-region-prefix-name=(venv-\w+)-/.exec(commandOf(server ?? 0))?.[1] ?? '-';
      const { shared, folders: present } = leftoversOf(run);
      // Empty if another Triton ended meanwhile, which removes what appeared during its run.
      const folders = present.filter((name) => !before.includes(name));

      expect(shared).not.toEqual([]);

      process.kill(server ?? 0, 'SIGKILL');
      await bench.ended;
      await untilAlone(bench);
      while (leftoversOf(run).folders.some((name) => folders.includes(name))) await sleep(100);

      expect(leftoversOf(run).shared).toEqual([]);
    } finally {
      bench.child.kill('SIGINT');
      await bench.ended;
    }
  });
});
