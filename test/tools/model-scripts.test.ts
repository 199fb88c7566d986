import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { toolCommand } from '../../serving-configs/models/build/tools.ts';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';

const FOLDER = path.resolve(import.meta.dirname, '../../serving-configs/models');
const pythonFiles = readdirSync(FOLDER).filter((name) => name.endsWith('.py'));

beforeAll(() => assertPrograms('python3', 'bash'));

describe('the scripts that build models with a tool', () => {
  it.each(pythonFiles)(
    '%s is valid in Python 3.9, the oldest version in the containers',
    (name) => {
      const check = 'import ast, sys; ast.parse(open(sys.argv[1]).read(), feature_version=(3, 9))';

      expect(() => execFileSync('python3', ['-c', check, path.join(FOLDER, name)])).not.toThrow();
    },
  );
});

/** Runs the TensorRT script on a machine with these programs, given as shell scripts. */
const machine = (programs: Readonly<Record<string, string>>) => {
  const folder = newFolder();
  const bin = path.join(folder, 'bin');
  mkdirSync(bin);
  for (const [name, script] of Object.entries(programs)) {
    writeFileSync(path.join(bin, name), `#!/usr/bin/env bash\n${script}\n`);
    chmodSync(path.join(bin, name), 0o755);
  }
  const image = { ...CLASSIFIER.image, input: 'in' };
  const [command, ...args] = toolCommand(
    { tool: 'tensorrt', image },
    'trtexec',
    'model.onnx',
    'plans/model.plan',
  );
  const { status, stdout, stderr } = spawnSync(command, args, {
    cwd: folder,
    env: { PATH: `${bin}:/usr/bin:/bin` },
    encoding: 'utf8',
  });
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
  const plans = path.join(folder, 'plans');
  return { status, stdout, stderr, read, files: existsSync(plans) ? readdirSync(plans) : [] };
};

describe('the script for TensorRT', () => {
  const gpu = { 'nvidia-smi': 'echo "Tesla T4"' };

  it('builds a plan for fixed sizes and says what built it', () => {
    const { status, stdout, read, files } = machine({
      ...gpu,
      trtexec: `[[ $1 == --help ]] && { echo '&&&& RUNNING TensorRT.trtexec [TensorRT v100800] # trtexec --help'; exit; }
for word; do [[ $word == --saveEngine=* ]] && echo "$*" >"\${word#*=}"; done; exit 0`,
    });

    expect(status).toBe(0);
    expect(files).toEqual(['model.plan']);
    expect(read('plans/model.plan')).toContain('--onnx=model.onnx');
    expect(read('plans/model.plan')).toContain('--shapes=in:1x3x224x224');
    expect(stdout).toBe('TensorRT v100800 on Tesla T4\n');
  });

  it('leaves no plan if trtexec fails', () => {
    const { status, files } = machine({
      ...gpu,
      trtexec: 'echo half >plans/model.plan.unfinished; exit 1',
    });

    expect(status).toBe(1);
    expect(files).toEqual(['model.plan.unfinished']);
  });

  it('fails with a hint on a machine without trtexec', () => {
    const { status, stderr, files } = machine({});

    expect({ status, files }).toEqual({ status: 2, files: [] });
    expect(stderr).toContain('TensorRT');
  });
});
