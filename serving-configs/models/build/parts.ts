import path from 'node:path';
import type {
  Accelerator,
  Layout,
  ModelContract,
  OwnManifest,
  PackedModel,
  ServingManifest,
} from '../../manifest.ts';
import { classifierInputs, labelsFile } from '../input/classifier.ts';
import type { ImageInput } from '../input/image-input.ts';
import type { ModelForm } from '../onnx/adapt-onnx.ts';
import { modelConfig } from './model-config.ts';
import type { PackContents } from './pack.ts';
import type { ToolName } from './tools.ts';

interface TensorNames {
  readonly input: string;
  readonly output: string;
}

/** What the tensors of an ONNX file are called, where a manifest does not say. */
const TENSOR_NAMES: TensorNames = { input: 'input', output: 'output' };

export const formWith = (
  layout: Layout,
  kind: ModelForm['output']['kind'] = 'logits',
  names = TENSOR_NAMES,
): ModelForm => ({
  input: { name: names.input, layout },
  output: { kind, name: names.output },
});

/** The form that the model of a serving has. */
const formOf = ({ layout, output }: ModelContract, names: TensorNames): ModelForm =>
  formWith(layout, output, names);

/** A name of a form for files: different ones for different forms, short for the usual ones. */
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

/** How a part comes about. */
type Recipe =
  /** The weights as ONNX. */
  | { readonly kind: 'onnx'; readonly form: ModelForm }
  | { readonly kind: 'text'; readonly text: string }
  /** The same bytes as another part. */
  | { readonly kind: 'copy'; readonly of: string }
  /** A program makes it from an ONNX part, or from what another program made. */
  | {
      readonly kind: 'tool';
      readonly tool: ToolName;
      readonly of: string;
      /** How an image becomes the input of the model. */
      readonly image: ImageInput;
      /** What an archive holds beside the model, below `serving-configs/`. */
      readonly handler?: string;
    }
  /** A model in one piece with the code that computes with it. */
  | ({ readonly kind: 'pack'; readonly of: string } & PackContents);

/** A file or a folder that is made as one. */
export interface Part {
  /** From the output folder, with slashes. */
  readonly path: string;
  readonly what: string;
  readonly recipe: Recipe;
}

/** The part that another is made of. */
export const sourceOf = ({ recipe }: Part): string | undefined =>
  'of' in recipe ? recipe.of : undefined;

/** A serving that reads its model from files. */
export interface ModelUser {
  readonly platform: string;
  readonly manifest: Pick<OwnManifest, 'title' | 'model' | 'container'>;
}

/** Where what the servings read lies, below the output folder: one folder for each of them. */
export const SERVINGS_FOLDER = 'servings';

/** What a signature of a SavedModel calls its tensors, where the manifest does not say. */
const SAVED_MODEL_NAMES = { input: 'image', output: 'probs' } as const;

/** Where the names of the classes lie, from `serving-configs/`. */
const LABELS = path.relative(path.resolve(import.meta.dirname, '..', '..'), labelsFile);

const imageOf = ({ input: { name, layout } }: ModelForm): ImageInput => ({
  ...classifierInputs[layout],
  input: name,
});

const createPartList = () => {
  const parts = new Map<string, Part>();
  const add = (part: Part): string => {
    if (!parts.has(part.path)) parts.set(part.path, part);
    return part.path;
  };
  const onnx = (form: ModelForm, what = 'with the names and the output that a serving asks for') =>
    add({
      path: `onnx/${formName(form)}.onnx`,
      what: `ONNX, ${form.input.layout}, ${what}`,
      recipe: { kind: 'onnx', form },
    });
  const madeBy = (tool: ToolName, form: ModelForm, what: string, ending: string) =>
    add({
      path: `${tool}/${formName(form)}${ending}`,
      what,
      recipe: { kind: 'tool', tool, of: onnx(form), image: imageOf(form) },
    });
  return {
    add,
    onnx,
    torchScript: (form: ModelForm) => madeBy('torchscript', form, 'TorchScript', '.pt'),
    savedModel: (form: ModelForm) =>
      madeBy('savedmodel', form, 'SavedModel with signatures for tensor, bytes and JPEG', ''),
    plan: (form: ModelForm) => madeBy('tensorrt', form, 'TensorRT plan for one GPU', '.plan'),
    all: (): readonly Part[] => [...parts.values()],
  };
};

type PartList = ReturnType<typeof createPartList>;

/**
 * Where a part comes from that a serving reads as `file`.
 * @throws RangeError where we have no recipe for it.
 */
const findSource = (
  list: PartList,
  file: string,
  { title, model }: Pick<ServingManifest, 'title' | 'model'>,
): { readonly of: string; readonly at: string } => {
  switch (path.posix.extname(file)) {
    case '.onnx':
      return { of: list.onnx(formOf(model, model.tensors ?? TENSOR_NAMES)), at: file };
    case '.pt':
      // Its tensors have places, not names.
      return { of: list.torchScript(formOf(model, TENSOR_NAMES)), at: file };
    case '.plan':
      return { of: list.plan(formOf(model, model.tensors ?? TENSOR_NAMES)), at: file };
    case '.pb':
      return {
        of: list.savedModel(formOf(model, model.tensors ?? SAVED_MODEL_NAMES)),
        at: path.posix.dirname(file),
      };
    default:
      throw new RangeError(`nothing here builds ${file} from ${title}`);
  }
};

/** Adds what a platform reads in one piece. */
const addPack = (
  list: PartList,
  platform: string,
  manifest: Pick<ServingManifest, 'title' | 'model'>,
  folder: string,
  packed: PackedModel,
): void => {
  const source = findSource(list, packed.model, manifest);
  const files = Object.entries(packed.files).map(
    ([inside, file]) => [inside, path.posix.join('platforms', platform, file)] as const,
  );
  const labels = packed.labels === undefined ? {} : { [packed.labels]: LABELS };
  list.add({
    path: path.posix.join(SERVINGS_FOLDER, folder, packed.name),
    what: `${manifest.title}: model and code in one folder`,
    recipe: {
      kind: 'pack',
      of: source.of,
      model: packed.model,
      files: { ...Object.fromEntries(files), ...labels },
    },
  });
};

const addFilesOf = (
  list: PartList,
  { platform, manifest }: ModelUser,
  accelerator: Accelerator,
): void => {
  const { title, model, container } = manifest;
  const { folder, files, packed } = container.models;
  if (packed !== undefined) {
    addPack(list, platform, manifest, folder, packed);
    return;
  }
  for (const file of files) {
    const at = (place: string): string => path.posix.join(SERVINGS_FOLDER, folder, place);
    if (path.posix.basename(file) === 'config.pbtxt') {
      const weights = files.find(
        (other) => other !== file && path.posix.dirname(other).startsWith(path.posix.dirname(file)),
      );
      const recipe = {
        kind: 'text',
        text: modelConfig(model, weights ?? '', accelerator),
      } as const;
      list.add({ path: at(file), what: `${title}: description of the model`, recipe });
      continue;
    }
    if (path.posix.extname(file) === '.mar') {
      const form = formOf({ ...model, output: 'logits' }, TENSOR_NAMES);
      const handler = `platforms/${platform}/container/handler.py`;
      const recipe = {
        kind: 'tool',
        tool: 'archive',
        of: list.torchScript(form),
        image: imageOf(form),
        handler,
      } as const;
      list.add({
        path: at(file),
        what: `${title}: archive of TorchScript and its handler`,
        recipe,
      });
      continue;
    }
    const source = findSource(list, file, manifest);
    list.add({
      path: at(source.at),
      what: `${title}: model`,
      recipe: { kind: 'copy', of: source.of },
    });
  }
};

/**
 * Everything that is made from one set of weights, what others are made from first.
 *
 * @param accelerator What the containers that read the parts compute on.
 */
export const partsFor = (
  users: readonly ModelUser[],
  accelerator: Accelerator = 'gpu',
): readonly Part[] => {
  const list = createPartList();
  for (const layout of ['NCHW', 'NHWC'] as const) list.onnx(formWith(layout), 'logits');
  list.torchScript(formWith('NCHW'));
  for (const user of users) addFilesOf(list, user, accelerator);
  return list.all();
};
