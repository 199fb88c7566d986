/**
 * A serving with known faults and the API of Flask: it exits on a truncated image, leaks 3 MiB for each text sent as an image, and is slow
 * for two seconds after a burst. Good images get the answer of the no-op backend.
 *
 *     node test/support/known-faults-serving.ts PORT
 */
import { createServer, type IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { bestClasses } from '../../serving-configs/models/best-classes.ts';
import { CLASSIFIER } from '../../serving-configs/models/model.ts';
import { fixedValues } from '../../serving-configs/reference/scores.ts';

const NORMAL_MS = 400;
const SLOW_MS = 2500;
const SLOW_FOR_MS = 2000;
/** More requests than this in half a second are a burst. */
const BURST = 120;
const BURST_MS = 500;

const leak: Buffer[] = [];
let arrivedMs: readonly number[] = [];
let slowUntilMs = 0;

const predictions = JSON.stringify({
  predictions: bestClasses(fixedValues('probabilities', CLASSIFIER.labels.names.length)),
});

/** The first and the last two bytes of a body, in hexadecimal. */
const endsOf = async (
  request: IncomingMessage,
): Promise<readonly [first: string, last: string]> => {
  let [first, last] = ['', ''];
  for await (const chunk of request as AsyncIterable<Buffer>) {
    first ||= chunk.toString('hex', 0, 2);
    last = chunk.toString('hex', chunk.length - 2);
  }
  return [first, last];
};

const server = createServer((request, response) => {
  const answer = async (): Promise<void> => {
    const [first, last] = await endsOf(request);
    if (request.method === 'GET') {
      response.end('ok');
    } else if (first === '') {
      response.writeHead(400).end();
    } else if (first !== 'ffd8') {
      leak.push(Buffer.alloc(3 * 2 ** 20, 1));
      response.writeHead(400).end();
    } else if (last !== 'ffd9') {
      process.exit(1);
    } else {
      const nowMs = performance.now();
      arrivedMs = [...arrivedMs.filter((ms) => ms > nowMs - BURST_MS), nowMs];
      if (arrivedMs.length > BURST) slowUntilMs = nowMs + SLOW_FOR_MS;
      await sleep(nowMs < slowUntilMs ? SLOW_MS : NORMAL_MS);
      response.setHeader('content-type', 'application/json').end(predictions);
    }
  };
  answer().catch(() => request.destroy());
});

server.listen(Number(process.argv[2]), '127.0.0.1');
process.on('SIGTERM', () => process.exit(0));
process.on('disconnect', () => process.exit(0));
