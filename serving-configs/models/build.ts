/**
 * Makes every artefact of a model from one set of weights:
 * `node --import tsx serving-configs/models/build.ts --weights random|published|lite0|FILE.pth|FILE.onnx`.
 * What is made here and what is not, and why, stands in the output's `models.json`.
 */
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { manifestOf, platformOf, servingNames } from '../index.ts';
import { keysOf } from './build/keys.ts';
import { makeParts } from './build/make-parts.ts';
import { HELP, readBuildOptions } from './build/options.ts';
import { partsFor } from './build/parts.ts';
import { RECORD_FILE } from './build/record.ts';
import { reportTenths } from './build/report-tenths.ts';
import { selectParts } from './build/select-parts.ts';
import { scriptFiles } from './build/tools.ts';
import { demandSameWeights } from './build/same-weights.ts';
import { chooseWeights } from './build/weights.ts';
import { sha256Of } from './built-folder.ts';
import { failWith } from './model-problem.ts';

const run = async (): Promise<void> => {
  const options = readBuildOptions(process.argv.slice(2));
  if (options === 'help') {
    process.stdout.write(HELP);
    return;
  }
  const parts = partsFor(
    servingNames.map((serving) => ({
      platform: platformOf(serving),
      manifest: manifestOf(serving),
    })),
  );
  const selected = selectParts(parts, options.only);
  if (options.list) {
    process.stdout.write(selected.map(({ path: name, what }) => `${name}  ${what}\n`).join(''));
    return;
  }
  const weights = await chooseWeights(options.weights, options.cacheFolder, {
    python: options.python,
    onProgress: reportTenths((line) => process.stderr.write(`${line}\n`)),
    ...(options.weightsFile === undefined ? {} : { weightsFile: options.weightsFile }),
  });
  const output =
    options.output ?? path.join(options.cacheFolder, 'models', 'artefacts', weights.name);
  // A folder of the cache is named after its weights, and made anew with a new release of ours.
  if (options.output !== undefined) await demandSameWeights(output, weights);
  await mkdir(output, { recursive: true });
  const { notMade } = await makeParts({
    output,
    weights,
    parts,
    selected,
    keys: keysOf(
      parts,
      weights.sha256,
      (tool, handler) =>
        sha256Of(
          scriptFiles(tool, handler)
            .map((file) => readFileSync(file, 'utf8'))
            .join('\0'),
        ),
      (file) => sha256Of(readFileSync(path.join(import.meta.dirname, '..', file))),
    ),
    programs: options.programs,
    scripts: import.meta.dirname,
    report: (event, name) => process.stderr.write(`${event.padEnd(8)} ${name}\n`),
  });
  const wanted = new Set(selected.map(({ path: name }) => name));
  const missing = notMade.filter(({ path: name }) => wanted.has(name));
  for (const { path: name, reason } of missing) {
    process.stderr.write(`not here ${name}: ${reason}\n`);
  }
  const commands = new Set(missing.map(({ command }) => command));
  if (commands.size > 0) {
    process.stderr.write(
      `What makes these, in ${output}; then run this once more:\n  ${[...commands].join('\n  ')}\n`,
    );
  }
  process.stdout.write(`${path.join(output, RECORD_FILE)}\n`);
};

run().catch(failWith);
