import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ServingName } from '../../../serving-configs/index.ts';
import {
  writeTensors,
  type NamedTensor,
} from '../../../serving-configs/models/tensors/tensor-body.ts';
import type { TensorModel } from '../../../serving-configs/models/tensors/tensor-model.ts';
import type { VenvEngine } from '../../../serving-configs/runtimes/served-model.ts';
import { startReal, type StartedServing } from '../../conformance/started-serving.ts';
import { askTensors, tensorWaysOf, type TensorWay } from '../../support/tensor-client.ts';
import { plain } from '../../support/user-model.ts';
import { halves, mixed, type TestModel } from './tensor-exchanges.ts';

const MODELS = { mixed, halves };

const NAME = 'users-model';

/** Sorted by name, because servers may change the order. */
const readable = (tensors: readonly NamedTensor[]) =>
  plain(tensors).toSorted((a, b) => (a.name < b.name ? -1 : 1));

/** All protocols and encodings in which a serving accepts these tensors; JSON cannot carry 16-bit floats. */
const waysFor = (serving: ServingName, inputs: readonly NamedTensor[]): readonly TensorWay[] => {
  const hasHalves = inputs.some(({ datatype }) => datatype === 'FP16');
  return tensorWaysOf(serving).filter(({ encoding }) => !(encoding === 'json' && hasHalves));
};

const binary = (tensors: readonly NamedTensor[], key: 'inputs' | 'outputs'): Buffer =>
  Buffer.concat(writeTensors(tensors, key, 'binary').body);

/** Starts a serving with the model of a description. */
type StartWith = (description: string) => Promise<StartedServing>;

/** Writes a model and its description, and serves it until `close` is called. */
const serveModel = async (
  { file, model, exchanges: [first] }: TestModel,
  otherFormats: TensorModel['otherFormats'],
  start: StartWith,
) => {
  const folder = mkdtempSync(path.join(tmpdir(), 'tensors-'));
  const at = (name: string): string => path.join(folder, name);
  const written: TensorModel = {
    name: NAME,
    file: at('model.onnx'),
    ...(otherFormats && { otherFormats }),
    ...model,
    example: { request: at('request'), answer: at('answer') },
  };
  writeFileSync(written.file, file);
  writeFileSync(written.example.request, binary(first?.inputs ?? [], 'inputs'));
  writeFileSync(written.example.answer, binary(first?.outputs ?? [], 'outputs'));
  writeFileSync(at('model.json'), JSON.stringify(written));
  const remove = (): void => rmSync(folder, { recursive: true });
  try {
    const { urls, stop } = await start(at('model.json'));
    return { model: written, urls, close: () => stop().finally(remove) };
  } catch (error) {
    remove();
    throw error;
  }
};

/**
 * Tests a real server with a user's model.
 *
 * @param start how to start the server; default: from packages
 * @param otherFormats the other formats of the model, if `start` needs them
 */
export const describeNamedTensors = (
  serving: ServingName,
  name: keyof typeof MODELS,
  engine: VenvEngine = 'onnx',
  start: StartWith = (file) => startReal(serving, '--engine', engine, '--tensor-model', file),
  otherFormats?: () => TensorModel['otherFormats'],
): void => {
  const test = MODELS[name];
  describe(`${serving} with a user's model of ${name} tensors and the engine ${engine}`, () => {
    let served: Awaited<ReturnType<typeof serveModel>>;
    beforeAll(async () => {
      served = await serveModel(test, otherFormats?.(), start);
    });
    afterAll(() => served.close());

    it('gives the correct outputs, by name, over every protocol and encoding', async () => {
      const [first] = test.exchanges;
      const wanted = engine === 'noop' ? test.exchanges.map(() => first) : test.exchanges;
      for (const [at, { inputs }] of test.exchanges.entries()) {
        for (const way of waysFor(serving, inputs)) {
          const { outputs, ...reply } = await askTensors(served.urls, way, inputs, served.model);

          expect({ way, ...reply, outputs: readable(outputs) }).toEqual({
            way,
            status: 200,
            encoding: way.protocol === 'rest' ? way.encoding : undefined,
            outputs: readable(wanted[at]?.outputs ?? []),
          });
        }
      }
    });

    if (engine === 'onnx') {
      it('refuses a request that lacks an input', async () => {
        const [, ...lacking] = test.exchanges[0]?.inputs ?? [];
        for (const way of waysFor(serving, lacking)) {
          const { status } = await askTensors(served.urls, way, lacking, served.model);

          expect({ way, status }).not.toEqual({ way, status: 200 });
        }
      });
    }
  });
};
