import path from 'node:path';
import {
  ownManifestOf,
  platformOf,
  RESNET50,
  servingNames,
  type ServingName,
} from '../../index.ts';
import type { Accelerator, Layout, ModelTool, OwnManifest, ModelPack } from '../../manifest.ts';
import type { BuiltModel } from '../model.ts';
import { servedModelOf } from '../served-model.ts';
import type { ModelForm } from '../onnx/adapt-onnx.ts';
import { UsageError } from '../../options/usage-error.ts';
import { SINGLE } from '../../settings.ts';
import { modelConfig } from './model-config.ts';
import { SERVING_CONFIGS, type ToolInput } from './tools.ts';

interface TensorNames {
  readonly input: string;
  readonly output: string;
}

/** The tensor names of an ONNX file, unless the manifest names them. */
const TENSOR_NAMES: TensorNames = { input: 'input', output: 'output' };

export const formWith = (
  layout: Layout,
  kind: ModelForm['output']['kind'] = 'logits',
  names = TENSOR_NAMES,
): ModelForm => ({
  input: { name: names.input, layout },
  output: { kind, name: names.output },
});

/** A file name for a form: unique, and short for the usual forms. */
export const formName = ({ input, output }: ModelForm): string => {
  const names = [input.name, output.name];
  return [
    input.layout.toLowerCase(),
    ...(output.kind === 'logits' ? [] : [output.kind]),
    ...(names.join() === [TENSOR_NAMES.input, TENSOR_NAMES.output].join() ? [] : names),
  ]
    .join('-')
    .replaceAll(/[^\w.-]/g, '_');
};

/** How a part is built. */
type Recipe =
  /** The weights as ONNX. */
  | { readonly kind: 'onnx'; readonly form: ModelForm }
  | { readonly kind: 'text'; readonly text: string }
  /** The same bytes as another part. */
  | { readonly kind: 'copy'; readonly of: string }
  /** A program builds it from an ONNX part, or from a part that another program built. */
  | ({ readonly kind: 'tool'; readonly of: string } & ToolInput)
  /** A folder with a model and the code that runs it. */
  | {
      readonly kind: 'pack';
      readonly of: string;
      /** The path of the model in the folder. */
      readonly model: string;
      /** The other files: paths below `serving-configs/`, by their paths in the folder. */
      readonly files: Readonly<Record<string, string>>;
    };

/** A file or folder that is built in one step. */
export interface ModelPart {
  /** Relative to the output folder, with slashes. */
  readonly path: string;
  readonly what: string;
  readonly recipe: Recipe;
}

/** The path of the part from which a part is built, if there is one. */
export const sourceOf = ({ recipe }: ModelPart): string | undefined =>
  'of' in recipe ? recipe.of : undefined;

/** The folder below the output folder that has a folder for each platform. */
export const SERVINGS_FOLDER = 'servings';

/** The tensor names of a SavedModel's signature, unless the manifest names them. */
const SAVED_MODEL_NAMES = { input: 'image', output: 'probs' } as const;

const createPartList = (model: BuiltModel) => {
  const parts = new Map<string, ModelPart>();
  const add = (part: ModelPart): string => {
    if (!parts.has(part.path)) parts.set(part.path, part);
    return part.path;
  };
  const onnx = (form: ModelForm, what = 'with the names and the output that a serving asks for') =>
    add({
      path: `onnx/${formName(form)}.onnx`,
      what: `ONNX, ${form.input.layout}, ${what}`,
      recipe: { kind: 'onnx', form },
    });
  const imageOf = ({ input: { name, layout } }: ModelForm) => ({
    ...model.images[layout],
    input: name,
  });
  const madeBy = (tool: ModelTool, form: ModelForm, what: string, ending: string) =>
    add({
      path: `${tool}/${formName(form)}${ending}`,
      what,
      recipe: { kind: 'tool', tool, of: onnx(form), image: imageOf(form) },
    });
  return {
    model,
    /** The path of the file with the class names, relative to `serving-configs/`. */
    labels: path.relative(SERVING_CONFIGS, model.labels.file),
    add,
    onnx,
    imageOf,
    torchScript: (form: ModelForm) => madeBy('torchscript', form, 'TorchScript', '.pt'),
    savedModel: (form: ModelForm) =>
      madeBy('savedmodel', form, 'SavedModel with signatures for tensor, bytes and JPEG', ''),
    plan: (form: ModelForm) => madeBy('tensorrt', form, 'TensorRT plan for one GPU', '.plan'),
    all: (): readonly ModelPart[] => [...parts.values()],
  };
};

type PartList = ReturnType<typeof createPartList>;

/**
 * Finds the source of a model file, and the path that the source gets: a SavedModel is a folder.
 * @throws RangeError if we have no recipe for the file.
 */
const findSource = (
  list: PartList,
  file: string,
  { title, model: { layout, output, tensors } }: OwnManifest,
): { readonly of: string; readonly at: string } => {
  switch (path.posix.extname(file)) {
    case '.onnx':
      return { of: list.onnx(formWith(layout, output, tensors)), at: file };
    case '.pt':
      // Its tensors have no names.
      return { of: list.torchScript(formWith(layout, output)), at: file };
    case '.plan':
      return { of: list.plan(formWith(layout, output, tensors)), at: file };
    case '.pb':
      return {
        of: list.savedModel(formWith(layout, output, tensors ?? SAVED_MODEL_NAMES)),
        at: path.posix.dirname(file),
      };
    default:
      throw new RangeError(`nothing here builds ${file} from ${title}`);
  }
};

/** The part for a folder with a model and its code. */
const packPart = (
  list: PartList,
  serving: ServingName,
  manifest: OwnManifest,
  { name, model, files, labels }: ModelPack,
): ModelPart => {
  const code = Object.entries(files).map(
    ([inside, file]) => [inside, path.posix.join('platforms', platformOf(serving), file)] as const,
  );
  const { of } = findSource(list, model, manifest);
  const labelsInside = labels === undefined ? {} : { [labels]: list.labels };
  return {
    path: name,
    what: `${manifest.title}: model and code in one folder`,
    recipe: { kind: 'pack', of, model, files: { ...Object.fromEntries(code), ...labelsInside } },
  };
};

/** The part for `config.pbtxt`, which describes the weights in the same folder. */
const configPart = (
  list: PartList,
  { title, model, container }: OwnManifest,
  file: string,
  accelerator: Accelerator,
): ModelPart => {
  const weightsFile = container.models.files.find(
    (other) => other !== file && path.posix.dirname(other).startsWith(path.posix.dirname(file)),
  );
  const served = servedModelOf(model, list.model);
  return {
    path: file,
    what: `${title}: description of the model`,
    recipe: {
      kind: 'text',
      text: modelConfig(served, weightsFile ?? '', { accelerator, settings: SINGLE }),
    },
  };
};

/** The part for an archive of TorchScript and the platform's handler, which computes the probabilities. */
const archivePart = (
  list: PartList,
  serving: ServingName,
  { title, model: { layout } }: OwnManifest,
  file: string,
): ModelPart => {
  const form = formWith(layout);
  return {
    path: file,
    what: `${title}: archive of TorchScript and its handler`,
    recipe: {
      kind: 'tool',
      tool: 'archive',
      of: list.torchScript(form),
      image: list.imageOf(form),
      packs: [`platforms/${platformOf(serving)}/container/handler.py`, list.labels],
    },
  };
};

/** The part for a file that a container reads. */
const partFor = (
  list: PartList,
  serving: ServingName,
  file: string,
  accelerator: Accelerator,
): ModelPart => {
  const manifest = ownManifestOf(serving, RESNET50);
  if (path.posix.basename(file) === 'config.pbtxt')
    return configPart(list, manifest, file, accelerator);
  if (path.posix.extname(file) === '.mar') return archivePart(list, serving, manifest, file);
  const { of, at } = findSource(list, file, manifest);
  return { path: at, what: `${manifest.title}: model`, recipe: { kind: 'copy', of } };
};

/** The parts that a serving reads, with their paths in the platform's folder of models. */
const partsOf = (
  list: PartList,
  serving: ServingName,
  accelerator: Accelerator,
): readonly ModelPart[] => {
  const manifest = ownManifestOf(serving, RESNET50);
  const { files, packs } = manifest.container.models;
  return packs?.built === undefined
    ? files.map((file) => partFor(list, serving, file, accelerator))
    : [packPart(list, serving, manifest, packs.built)];
};

/**
 * Everything that is built of a model from one set of weights. Sources come before the parts that are built from them.
 *
 * @param accelerator What the containers that read the parts compute on.
 */
export const partsFor = (
  model: BuiltModel,
  accelerator: Accelerator,
  servings: readonly ServingName[] = servingNames,
): readonly ModelPart[] => {
  const list = createPartList(model);
  for (const layout of ['NCHW', 'NHWC'] as const) list.onnx(formWith(layout), 'logits');
  list.torchScript(formWith('NCHW'));
  for (const serving of servings) {
    const { folder } = ownManifestOf(serving, RESNET50).container.models;
    for (const part of partsOf(list, serving, accelerator)) {
      list.add({ ...part, path: path.posix.join(SERVINGS_FOLDER, folder, part.path) });
    }
  }
  return list.all();
};

/**
 * Selects parts with their sources.
 * @param only - Paths of parts, of folders that contain parts, or of files in parts. Empty selects all parts.
 * @throws UsageError if there is no part at a path.
 */
export const selectParts = (
  parts: readonly ModelPart[],
  only: readonly string[],
): readonly ModelPart[] => {
  if (only.length === 0) return parts;
  const wanted = new Set<string>();
  for (const name of only) {
    const found = parts.filter(
      ({ path: part }) =>
        part === name || part.startsWith(`${name}/`) || name.startsWith(`${part}/`),
    );
    if (found.length === 0) {
      throw new UsageError(
        `no part "${name}"`,
        '--list prints all parts; a folder selects all parts in it',
      );
    }
    for (const part of found) wanted.add(part.path);
  }
  // Sources come first in the list, so one pass from its end finds all of them.
  for (const part of parts.toReversed()) {
    const source = sourceOf(part);
    if (wanted.has(part.path) && source !== undefined) wanted.add(source);
  }
  return parts.filter((part) => wanted.has(part.path));
};
