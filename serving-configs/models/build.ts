/**
 * Builds every artefact of a model from one set of weights:
 * `node serving-configs/models/build.ts --weights random|published|lite0|FILE.pth|FILE.onnx`.
 * The file `models.json` in the output folder lists what was built.
 */
import path from 'node:path';
import { buildModels, assertSameWeights } from './build/build-models.ts';
import { readBuildOptions } from './build/options.ts';
import { partsFor, selectParts } from './build/parts.ts';
import { RECORD_FILE } from './build/record.ts';
import { reportTenths } from './fetch-file.ts';
import { chooseWeights } from './build/weights.ts';
import { defaultModelFile, readBuiltModel } from './model.ts';
import { fail } from '../options/program.ts';

const report = (event: string, name: string): void => {
  process.stderr.write(`${event.padEnd(8)} ${name}\n`);
};

const run = async (): Promise<void> => {
  const { programs, ...options } = readBuildOptions(process.argv.slice(2));
  const model = readBuiltModel(defaultModelFile());
  const parts = partsFor(model, options.accelerator);
  const selected = selectParts(parts, options.only);
  if (options.list) {
    process.stdout.write(selected.map(({ path: name, what }) => `${name}  ${what}\n`).join(''));
    return;
  }
  const weights = await chooseWeights(options.weights, options.cacheFolder, {
    classes: model.labels.names.length,
    python: options.python,
    onProgress: reportTenths((line) => process.stderr.write(`${line}\n`)),
  });
  const output =
    options.output ?? path.join(options.cacheFolder, 'models', 'artefacts', weights.name);
  // A folder in the cache is named after its weights, and may be rebuilt by a new release of ours.
  if (options.output !== undefined) await assertSameWeights(output, weights);
  const request = { model, output, weights, parts, selected, programs, report };
  const missing = await buildModels(request);
  for (const { path: name, reason } of missing) {
    process.stderr.write(`not here ${name}: ${reason}\n`);
  }
  process.stdout.write(`${path.join(output, RECORD_FILE)}\n`);
};

run().catch(fail);
