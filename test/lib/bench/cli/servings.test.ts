import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { LocalRuntime } from '../../../../lib/bench/model/plan.ts';
import type { RuntimeEntry } from '../../../../lib/bench/run/servings/runtime.ts';
import { servingNames } from '../../../../serving-configs/index.ts';
import { factsOf, isPossible } from '../../../../serving-configs/runtimes/venv/venv-facts.ts';
import { bareMachine } from '../../../support/bare-machine.ts';
import { callBench, refusalOf, unwrapped } from '../../../support/bench-cli.ts';
import { pastedCommands } from '../../../support/pasted-commands.ts';
import { pythonStandIn } from '../../../support/python-stand-in.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

const both = ['triton', 'python'] as const;

const environments = new Set(
  servingNames.map(factsOf).flatMap((facts) => (isPossible(facts) ? facts.environment : [])),
);

type Runtimes = Readonly<Record<LocalRuntime, RuntimeEntry>>;

/** What `servings --json` says about each serving on a machine. */
const servingsOn = async (env: Readonly<Record<string, string>>) => {
  const { servings } = JSON.parse((await callBench('servings --json', env)).stdout) as {
    readonly servings: readonly { readonly serving: string; readonly runtimes: Runtimes }[];
  };
  return new Map(servings.map(({ serving, runtimes }) => [serving, runtimes]));
};

describe('serving-compare servings', () => {
  it('lists protocols, payloads and encodings for people', async () => {
    const { stdout } = await callBench('servings', bareMachine());

    expect(stdout).toMatch(/^tfserving +TensorFlow Serving \S+ +rest +image \(base64\), tensor\*/m);
    expect(stdout).toMatch(/^ +grpc +image \(raw\), tensor\* \(raw\),$/m);
    expect(stdout).toMatch(
      /^torchserve +TorchServe \S+ +rest .*\n +archived in August 2025 +grpc /m,
    );
    expect(stdout.split('\n').filter(({ length }) => length > 100)).toEqual([]);
  });

  it('tells in one line that a runtime is not available', async () => {
    const machine = bareMachine();
    const { stdout } = await callBench('servings', machine);
    const [, ...lines] = stdout.split('\n').filter((line) => /docker(?: *$|:)/i.test(line));
    const [reason = ''] = [...(await servingsOn(machine)).values()].map(
      ({ docker }) => docker.reason ?? '',
    );

    expect(lines).toHaveLength(1);
    expect(reason).toContain(/^docker: .*\(([^()]+)\)$/.exec(lines[0] ?? '')?.[1]);
  });

  it('lists them for programs', async () => {
    const { stdout } = await callBench('servings --json', bareMachine());

    expect(JSON.parse(stdout)).toMatchObject({
      servings: expect.arrayContaining([
        expect.objectContaining({
          serving: 'triton_pytorch',
          protocols: {
            rest: expect.objectContaining({ payloads: { tensor: ['binary', 'json'] } }) as unknown,
            grpc: expect.objectContaining({ payloads: { tensor: ['raw'] } }) as unknown,
          },
        }),
      ]) as unknown,
    });
  });

  const setup = 'npx serving-compare setup';
  const others = servingNames.filter((serving) => {
    const facts = factsOf(serving);
    return isPossible(facts) && facts.environment !== 'triton' && facts.environment !== 'python';
  });

  it.each([
    ['nothing', [], [setup]],
    ['Python and Java', ['java'], [setup]],
    ['some packages', ['java', ...both], [`${setup} --servings ${others.join(',')}`]],
    ['all packages', ['java', ...environments], []],
  ])('prints the command that sets up the others, to be pasted: %s', async (_, has, commands) => {
    const [java, ...installed] = has;
    const env = await pythonStandIn(newFolder(), ...installed);
    const bare = { ...env, PATH: newFolder() };
    if (java !== undefined)
      writeFileSync(join(env['PATH'] ?? '', java), '#!/bin/sh', { mode: 0o755 });
    const { stdout } = await callBench('servings', java === undefined ? bare : env);

    expect(await pastedCommands(stdout)).toEqual(commands);
  });

  it('says which servings can run here with each runtime, and why others cannot', async () => {
    const env = await pythonStandIn(newFolder(), ...both);
    const { stdout } = await callBench('servings', env);
    const runtimesOf = await servingsOn(env);

    expect(stdout).toMatch(/^tfserving +yes +stand-in +no$/m);
    expect(unwrapped(stdout)).toContain(runtimesOf.get('triton_tensorrt')?.venv.reason);
    expect(runtimesOf.get('torchserve')).toMatchObject({
      simulated: { state: 'installed' },
      venv: { state: 'not-installed' },
      docker: { state: 'not-installed', reason: expect.any(String) as unknown },
    });
    expect(runtimesOf.get('tfserving')).toMatchObject({
      venv: { state: 'installed', real: false },
    });
    expect(runtimesOf.get('triton_pytorch')).toMatchObject({
      venv: { state: 'installed', real: true },
    });
    expect(runtimesOf.get('triton_tensorrt')).toMatchObject({ venv: { state: 'impossible' } });
    expect(await refusalOf('run --runtime docker', env)).toMatchObject({
      exitCode: 2,
      code: 'BENCH_RUNTIME',
      hint: expect.stringContaining('--runtime') as unknown,
    });
  });
});
