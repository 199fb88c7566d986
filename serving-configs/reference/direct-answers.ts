import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { servingFactsOf, type ServingName } from '../index.ts';
import type { Payload } from '../manifest.ts';
import { folder, text } from '../options/kinds.ts';
import { bestClasses, type ScoredClass } from '../models/best-classes.ts';
import { inputTargetOf } from '../models/input/geometry.ts';
import { InvalidImage } from '../models/input/image-header.ts';
import { readProgram } from '../options/program.ts';
import { UsageError } from '../options/usage-error.ts';
import { adaptTensor, tensorOfImage } from './onnx/prepare-input.ts';
import { chooseModel } from './onnx/choose-model.ts';
import { classifierInputOf, classifierRequest, scoresIn } from './onnx/classifier.ts';
import { openTensorSession } from './onnx/tensor-session.ts';
import { cacheOption, referenceCommand, servingOptions } from './options.ts';
import { asOutput, fixedValues } from './scores.ts';

const IMAGE_FILE = /\.(jpe?g|png|webp)$/i;

interface DirectTarget {
  readonly serving: ServingName;
  readonly payload: Payload;
}

/** What the program prints. */
export interface DirectDocument {
  /** The engines without a model have no file. */
  readonly model: { readonly file?: string; readonly sha256?: string; readonly trained: boolean };
  readonly answers: readonly (DirectTarget & {
    /** In the order of their file names. */
    readonly images: readonly { readonly file: string; readonly top: readonly ScoredClass[] }[];
  })[];
}

const directCommand = {
  name: 'direct.ts',
  description: 'Computes the answers to a folder of images without a server.',
  options: {
    images: { kind: folder, description: 'JPEG, PNG or WebP files', required: true },
    targets: {
      kind: text('JSON', `a list such as '[{"serving":"ID","payload":"tensor"}]'`),
      description: 'servings and payloads, as the runner writes them',
      required: true,
    },
    engine: { ...referenceCommand.options.engine, description: 'what computes' },
    weights: { ...servingOptions.weights, onlyWith: [] },
    cache: cacheOption,
  },
} as const;

/**
 * Reads the command line of the direct computation.
 * @throws UsageError for invalid arguments.
 */
export const readDirectOptions = (args: readonly string[]) => {
  const { images, targets, engine, weights, cache } = readProgram(directCommand, args);
  return {
    imagesFolder: path.resolve(images),
    targets: JSON.parse(targets) as readonly DirectTarget[],
    engine,
    weights: weights === undefined ? undefined : path.resolve(weights),
    cacheFolder: path.resolve(cache),
  };
};
type DirectOptions = ReturnType<typeof readDirectOptions>;

const inputTarget = ({ serving, payload }: DirectTarget) =>
  inputTargetOf(payload, servingFactsOf(serving).model.layout);

/**
 * Computes the correct answer of each target to each image. The payload `image` gets the same preprocessing as `tensor`.
 * @throws UsageError if an image or the model cannot be used.
 */
export const computeDirect = async (options: DirectOptions): Promise<DirectDocument> => {
  const files = (await readdir(options.imagesFolder))
    .filter((name) => IMAGE_FILE.test(name))
    .toSorted();
  if (options.engine !== 'onnx') {
    const top = bestClasses(fixedValues('probabilities'));
    return {
      model: { trained: false },
      answers: options.targets.map((target) => ({
        ...target,
        images: files.map((file) => ({ file, top })),
      })),
    };
  }

  const model = await chooseModel(options.weights, options.cacheFolder);
  const session = await openTensorSession(model.file);
  const input = classifierInputOf({ ...session, file: model.file });
  const topOf = async (file: string, target: DirectTarget): Promise<readonly ScoredClass[]> => {
    const { model: contract } = servingFactsOf(target.serving);
    const bytes = await readFile(path.join(options.imagesFolder, file));
    const image = await tensorOfImage(bytes, inputTarget(target), contract.layout).catch(
      (error: unknown) => {
        if (!(error instanceof InvalidImage)) throw error;
        throw new UsageError(
          `cannot decode ${path.join(options.imagesFolder, file)}: ${error.message}`,
          'remove the file from the folder, or pass another folder with --images',
          { cause: error },
        );
      },
    );
    const tensor = adaptTensor(image, contract.layout, input.layout);
    const outputs = await session.run(classifierRequest(input, tensor));
    return bestClasses(asOutput(scoresIn(outputs), 'probabilities'));
  };

  const answers = [];
  // Targets with the same layout and geometry share their answers.
  const known = new Map<string, readonly ScoredClass[]>();
  for (const target of options.targets) {
    const { layout } = servingFactsOf(target.serving).model;
    const images = [];
    for (const file of files) {
      const key = [layout, inputTarget(target), file].join('\n');
      const top = known.get(key) ?? (await topOf(file, target));
      known.set(key, top);
      images.push({ file, top });
    }
    answers.push({ ...target, images });
  }
  return { model, answers };
};
