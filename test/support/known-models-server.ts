/**
 * A server of many models whose truth is known: it answers what {@link answerOf} says, and takes the time and the memory that its settings
 * say. `node test/support/known-models-server.ts PORT SETTINGS`, with the settings as JSON.
 */
import { readFileSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { answerOf, type KnownTruth } from './known-models.ts';

const [port, settings = '{}'] = process.argv.slice(2);
const truth = JSON.parse(settings) as Partial<KnownTruth>;
const { MiB = 1, loadMs = 0, loadMsPerModel = 0, switchMs = 0 } = truth;

/** The models by name, with their numbers and memory. */
const models = new Map<string, { readonly number: number; readonly memory: Buffer }>();
const ready = new Set<string>();
const pool: Buffer[] = [];
let blockedUntilMs = 0;
let connections = 0;
const answered = new Map<string, number>();
let lastModel = '';

const allocate = (): Buffer => pool.pop() ?? Buffer.alloc(MiB * 2 ** 20, 1);

const load = async (name: string, file: string): Promise<readonly [number, string]> => {
  if (truth.hangsOn === name) await sleep(2 ** 30);
  const text = readFileSync(file, 'utf8');
  const number = Number(/^model (\d+)$/.exec(text)?.[1]);
  if (Number.isNaN(number)) {
    if (truth.diesOnBroken === true) process.exit(1);
    return [400, `${name} is not a model`];
  }
  if (truth.failsFrom !== undefined && models.size >= truth.failsFrom) return [500, 'no room'];
  const tookMs = loadMs + loadMsPerModel * models.size;
  if (truth.blocks !== undefined) blockedUntilMs = performance.now() + tookMs;
  await sleep(tookMs);
  const isThere = sleep(truth.lateMs ?? 0).then(() => {
    models.set(name, { number, memory: allocate() });
    ready.add(name);
  });
  if (truth.lateMs === undefined) await isThere;
  return [200, 'loaded'];
};

const unload = (name: string): void => {
  const memory = models.get(name)?.memory;
  models.delete(name);
  if (memory !== undefined && truth.afterUnload === 'kept') pool.push(memory);
  if (memory !== undefined && truth.afterUnload === 'leaked') leaked.push(memory);
  setImmediate(() => globalThis.gc?.());
};
const leaked: Buffer[] = [];

const infer = async (
  name: string,
  value: number,
  connection: number,
): Promise<readonly [number, string]> => {
  const isBlocked = truth.blocks === 'all' || (truth.blocks === 'one-of-8' && connection % 8 === 0);
  if (isBlocked) await sleep(Math.max(0, blockedUntilMs - performance.now()));
  const model = models.get(name);
  if (model === undefined) {
    return truth.answersUnknown === true ? [200, answerOf(0, value)] : [404, `no model ${name}`];
  }
  await sleep((truth.answerMs ?? 0) + (name === lastModel ? 0 : switchMs));
  lastModel = name;
  const times = (answered.get(name) ?? 0) + 1;
  answered.set(name, times);
  const isMixedUp = truth.mixesUp?.model === name && truth.mixesUp.at === times;
  return [200, answerOf(isMixedUp ? model.number + 1 : model.number, value)];
};

const respond = (response: ServerResponse, [status, text]: readonly [number, string]): void => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(text);
};

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const [, action = '', name = ''] = (request.url ?? '').split('/');
    const body = Buffer.concat(chunks).toString();
    const { connection = 0 } = request.socket as { connection?: number };
    if (action === 'infer') {
      const { inputs } = JSON.parse(body) as { inputs: readonly { data: readonly number[] }[] };
      void infer(name, inputs[0]?.data[0] ?? 0, connection).then((answer) =>
        respond(response, answer),
      );
    } else if (action === 'load') void load(name, body).then((answer) => respond(response, answer));
    else if (action === 'unload') respond(response, [200, (unload(name), '{}')]);
    else respond(response, [200, JSON.stringify([...models.keys()].slice(0, truth.listsAtMost))]);
  });
});
server.on('connection', (socket) => Object.assign(socket, { connection: connections++ }));
server.listen(Number(port), '127.0.0.1', () => process.stdout.write('ready\n'));
