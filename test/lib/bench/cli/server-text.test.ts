import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describedTwoByTwo } from '../../../support/described-model.ts';
import { bareMachine } from '../../../support/bare-machine.ts';
import { runBench } from '../../../support/bench-cli.ts';
import { endWith, startFakeGrpcServing } from '../../../support/fake-grpc-serving.ts';
import { listenHttp } from '../../../support/http-server.ts';
import { newFolder } from '../../../support/temporary-folder.ts';

/** Sets the title of a terminal, clears it, colours it, and moves the cursor with a control character of one byte. */
const HOSTILE = 'no \u001B]0;owned\u0007 \u001B[2J\u001B[31m \u009B1A';

const CONTROL = /[^\P{Cc}\n\r\t]/u;

type Rows = readonly (readonly number[])[];

/** A server with TensorFlow Serving's REST API that is right once, and then answers with another output. */
const listenHostile = () => {
  let answers = 0;
  return listenHttp(({ method, url }, response, body) => {
    if (method === 'GET' && url === '/v1/models/own') {
      response.end('{ "model_version_status": [{ "version": "1", "state": "AVAILABLE" }] }');
    } else if (method === 'POST' && url === '/v1/models/own:predict' && ++answers === 1) {
      const { ids, weights } = (JSON.parse(String(body)) as { inputs: Record<string, Rows> })
        .inputs;
      const twice = ids?.map((row) => row.map((id) => 2 * id));
      const sum = ids?.map((row, at) => row.map((id, column) => id + weights![at]![column]!));
      response.end(JSON.stringify({ outputs: { sum, twice } }));
    } else {
      response.end(JSON.stringify({ outputs: { [HOSTILE]: 1 } }));
    }
  });
};

describe('The text of a server', () => {
  it.each(['', '--json'])('has no control characters in an error %s', async (json) => {
    const server = await startFakeGrpcServing();
    server.behave = endWith(3, encodeURIComponent(HOSTILE));
    const { exitCode, stdout, stderr } = await runBench(
      `run --model ${describedTwoByTwo(newFolder())} --target mine=grpc://127.0.0.1:${server.port} ${json}`,
      bareMachine(),
    );

    expect(exitCode).toBe(2);
    expect(stdout + stderr).toContain(String.raw`no \u001b]0;owned\u0007 \u001b[2J`);
    expect(stdout + stderr).not.toMatch(CONTROL);
  });

  it('has no control characters in the progress, the answer and the reports of a run', async () => {
    const server = await listenHostile();
    const output = path.join(newFolder(), 'run');
    const { exitCode, stdout, stderr } = await runBench(
      `run --model ${describedTwoByTwo(newFolder())} --target mine=${server.url}/v1/models/own
      --output ${output} --ci-report ${output}/junit.xml --verbose
      --repeats 1 --levels 1 --duration 200ms --warmup 0 --noop-limits none --bypass 0`,
      bareMachine(),
    );
    const files = ['report.md', 'report.html', 'summary.csv', 'junit.xml'];
    const texts = [
      stderr,
      stdout,
      ...files.map((name) => readFileSync(`${output}/${name}`, 'utf8')),
    ];

    expect(exitCode).toBe(1);
    expect(stderr).toContain('owned');
    expect(texts.map((text) => CONTROL.exec(text))).toEqual(texts.map(() => null));
  });
});
