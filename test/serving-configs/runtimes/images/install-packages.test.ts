import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const SCRIPT = path.resolve(
  import.meta.dirname,
  '../../../../serving-configs/runtimes/images/install-packages.sh',
);

/** Runs the script with empty lists and with programs that print how they are called. */
const callsFor = (accelerator: string): readonly string[] => {
  const folder = mkdtempSync(path.join(tmpdir(), 'install-'));
  cpSync(SCRIPT, path.join(folder, 'install-packages.sh'));
  for (const list of ['python.txt', 'python.source.txt', 'gpu.txt', 'uv.txt'])
    writeFileSync(path.join(folder, list), '');
  for (const program of ['pip', 'uv'])
    writeFileSync(path.join(folder, program), `#!/bin/sh\necho ${program} "$@"\n`, {
      mode: 0o755,
    });
  const { stdout } = spawnSync(
    'sh',
    [path.join(folder, 'install-packages.sh'), 'python', accelerator],
    {
      env: { PATH: `${folder}:${process.env['PATH'] ?? ''}` },
      encoding: 'utf8',
    },
  );
  rmSync(folder, { recursive: true });
  return stdout.trim().split('\n');
};

describe('the script that installs the packages of an image', () => {
  it.each(['', 'tpu', 'GPU'])('refuses the accelerator %j', (accelerator) => {
    const { status, stderr } = spawnSync('sh', [SCRIPT, 'python', accelerator], {
      encoding: 'utf8',
    });

    expect(status).toBe(1);
    expect(stderr).toContain(`'${accelerator}'`);
  });

  it('checks every package against its hash', () => {
    const installs = callsFor('gpu').filter((call) => call.includes(' install '));

    expect(installs).toHaveLength(4);
    expect(installs.filter((call) => !call.includes('--require-hashes'))).toEqual([]);
  });

  it('replaces the ONNX Runtime for CPUs only for a GPU', () => {
    const onCpu = callsFor('cpu');

    expect(onCpu.join()).not.toMatch(/uninstall onnxruntime|gpu\.txt/);
    expect(callsFor('gpu').filter((call) => !onCpu.includes(call))).toEqual([
      'uv pip uninstall onnxruntime',
      expect.stringMatching(/^uv pip install .*--requirement gpu\.txt$/),
    ]);
  });
});
