import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { filesBelow } from '../../lib/aws/bundle/file-list.ts';
import { writeArchive } from '../../lib/aws/bundle/write-archive.ts';
import { renderUserData } from '../../lib/aws/constructs/user-data.ts';
import { listenHttp } from '../support/http-server.ts';
import { nodeEnvironment as environment } from '../support/node-environment.ts';
import { newFolder } from '../support/temporary-folder.ts';
import { assertPrograms } from './assert-programs.ts';

interface Signal {
  readonly method: string | undefined;
  readonly contentType: string | undefined;
  readonly body: { readonly Status: string; readonly Reason: string; readonly UniqueId: string };
}

/** The signals of a node to CloudFormation. */
const signals: Signal[] = [];
let port: number;
beforeAll(async () => {
  assertPrograms('bash', 'tar', 'awk', 'sed', 'curl');
  ({ port } = await listenHttp(({ method, headers }, response, body) => {
    signals.push({
      method,
      contentType: headers['content-type'],
      body: JSON.parse(body.toString()) as Signal['body'],
    });
    response.end();
  }));
});
beforeEach(() => signals.splice(0));

const writeExecutable = (file: string, text: string): void => {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, text, { mode: 0o755 });
};

/** Runs user data with its absolute paths moved below a folder, and with stubs of two programs that record their calls. */
class Machine {
  readonly folder = newFolder();

  constructor() {
    for (const folder of ['etc/systemd/system', 'opt', 'var/log', 'var/tmp', 'stubs']) {
      mkdirSync(path.join(this.folder, folder), { recursive: true });
    }
    writeExecutable(
      path.join(this.folder, 'stubs/systemctl'),
      `#!/bin/sh\necho "systemctl $*" >>"${this.folder}/calls"\n`,
    );
    writeExecutable(
      path.join(this.folder, 'stubs/aws'),
      `#!/bin/sh\necho "aws $*" >>"${this.folder}/calls"\ncp "${this.folder}/bundle.tar.gz" "$5"\n`,
    );
  }

  /** Puts a bundle with this bootstrap into the bucket. */
  async bundle(bootstrap: string): Promise<void> {
    const sources = newFolder();
    writeExecutable(path.join(sources, 'lib/aws/node/bootstrap/serving.sh'), bootstrap);
    await writeArchive(path.join(this.folder, 'bundle.tar.gz'), filesBelow(sources, '.'));
  }

  async boot(): Promise<number> {
    const text = renderUserData({
      environment,
      bundleUrl: 's3://assets/key',
      signalUrl: `http://127.0.0.1:${port}/handle?Signature=a%2Fb&X=1`,
    }).replaceAll(/(?<![\w$}])\/(etc|opt|var)\//g, `${this.folder}/$1/`);
    const script = path.join(this.folder, 'user-data');
    writeExecutable(script, text);
    const child = spawn(script, {
      env: { PATH: `${this.folder}/stubs:${process.env.PATH}`, RETRY_SECONDS: '0' },
      stdio: 'ignore',
    });
    const [code] = (await once(child, 'exit')) as [number];
    return code;
  }

  read(file: string): string {
    return readFileSync(path.join(this.folder, file), 'utf8');
  }

  get calls(): readonly string[] {
    return this.read('calls').trim().split('\n');
  }
}

const EMPTY_BOOTSTRAP = '#!/bin/bash\nexit 0\n';

describe('the user data', () => {
  it('unpacks the bundle, runs the bootstrap of its role and signals success', async () => {
    const machine = new Machine();
    await machine.bundle('#!/bin/bash\necho "bootstrap of $0"\n');
    const before = Math.floor(Date.now() / 1000);

    expect(await machine.boot()).toBe(0);
    expect(signals).toEqual([
      {
        method: 'PUT',
        // A presigned URL accepts no content type.
        contentType: undefined,
        body: {
          Status: 'SUCCESS',
          Reason: 'the serving node is ready',
          UniqueId: 'serving',
          Data: '',
        },
      },
    ]);
    expect(Number(machine.read('etc/serving-compare/deadline'))).toBeGreaterThanOrEqual(
      before + 4 * 3600,
    );
  });

  it('signals success together with the servings that the bootstrap could not prepare, and the reasons', async () => {
    const machine = new Machine();
    const state = path.join(machine.folder, 'var/lib/serving-compare');
    await machine.bundle(
      `#!/bin/bash\nmkdir -p ${state}; printf 'one: "no" image\\ntwo: died' >${state}/unavailable\n`,
    );

    await machine.boot();

    expect(signals).toMatchObject([
      { body: { Status: 'SUCCESS', Data: 'one: "no" image\ntwo: died' } },
    ]);
  });

  it('writes the environment in single quotes, which systemd and the shell read alike', async () => {
    const machine = new Machine();
    await machine.bundle(EMPTY_BOOTSTRAP);
    await machine.boot();

    const lines = machine.read('etc/serving-compare/node.env').trimEnd().split('\n');
    expect(lines).toEqual(Object.entries(environment).map(([name, value]) => `${name}='${value}'`));
    expect(lines).toContain(`SC_IMAGES='{"one":"image@sha256:0"}'`);
  });

  it('sets the deadline before anything that can fail', async () => {
    const machine = new Machine();
    await machine.bundle(EMPTY_BOOTSTRAP);
    await machine.boot();
    const calls = machine.calls;

    expect(calls.indexOf('systemctl restart serving-compare-deadline.timer')).toBeGreaterThan(-1);
    expect(calls.indexOf('systemctl restart serving-compare-deadline.timer')).toBeLessThan(
      calls.findIndex((call) => call.startsWith('aws ')),
    );
    const hoursLeft =
      (Number(machine.read('etc/serving-compare/deadline')) - Date.now() / 1000) / 3600;
    expect(hoursLeft).toBeCloseTo(Number(environment.SC_MAX_HOURS), 1);
  });

  it('signals the last lines of a failed bootstrap, whatever characters they have', async () => {
    const machine = new Machine();
    await machine.bundle(
      [
        '#!/bin/bash',
        `log=${machine.folder}/var/log/serving-compare-bootstrap.log`,
        'for n in $(seq 1 50); do echo "line $n" >>"$log"; done',
        String.raw`printf 'say "no" \\ to \t tabs, \033[31mcolours\033[0m and ümlauts\n' >>"$log"`,
        `echo '2026-11-25T13:14:46Z step=gpu rc=7: no driver' >>"$log"`,
        'exit 7',
      ].join('\n'),
    );

    expect(await machine.boot()).toBe(7);
    expect(signals).toHaveLength(1);
    const { Status, Reason, UniqueId } = signals[0]!.body;
    expect({ Status, UniqueId }).toEqual({ Status: 'FAILURE', UniqueId: 'serving' });
    expect(Reason.split('\n')[0]).toBe(
      'serving node, exit code 7: 2026-11-25T13:14:46Z step=gpu rc=7: no driver',
    );
    expect(Reason).toContain(String.raw`say "no" \ to`);
    expect(Reason).toContain('step=bootstrap: line');
    expect(Reason).not.toContain('line 30');
    expect(Buffer.byteLength(JSON.stringify(signals[0]!.body))).toBeLessThan(4096);
  });

  it('signals a failure if the bundle cannot be downloaded', async () => {
    const machine = new Machine();

    expect(await machine.boot()).not.toBe(0);
    expect(machine.calls.filter((call) => call.startsWith('aws '))).toHaveLength(6);
    expect(signals.map(({ body }) => body)).toEqual([
      expect.objectContaining({
        Status: 'FAILURE',
        Reason: expect.stringMatching(/ 6 .*s3:\/\/assets\/key/),
      }),
    ]);
  });
});
