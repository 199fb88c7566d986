import { ownManifestOf, RESNET50, servingNames, type ServingName } from '../../index.ts';
import type { Accelerator, ModelTool } from '../../manifest.ts';
import {
  partsFor,
  selectParts,
  SERVINGS_FOLDER,
  type ModelPart,
} from '../../models/build/parts.ts';
import { CLASSIFIER, type BuiltModel } from '../../models/model.ts';
import { ONNX_PART } from './container-models.ts';
import {
  buildSourceOf,
  imageSourceOf,
  pulledNames,
  type ImageChoice,
  type ImageSource,
} from './image-source.ts';

/** The image for tools that no platform's image has. */
const TOOLS_IMAGE = { dockerfile: 'models/Dockerfile' } as const;

/** The image that has a tool, and the program in it that runs the script of the tool. */
export const toolContainerOf = (
  tool: ModelTool,
  { accelerator, choice }: { readonly accelerator: Accelerator; readonly choice: ImageChoice },
): { readonly source: ImageSource; readonly program: string } | undefined => {
  for (const serving of servingNames) {
    const program = ownManifestOf(serving, RESNET50).container.tools?.[tool];
    const source = program === undefined ? undefined : imageSourceOf(serving, accelerator, choice);
    if (program !== undefined && source !== undefined) return { source, program };
  }
  return tool === 'savedmodel'
    ? { source: buildSourceOf('models', TOOLS_IMAGE, accelerator, choice), program: 'python' }
    : undefined;
};

/** All parts of a model, and those that are built for servings. */
export const modelPartsOf = (
  model: BuiltModel,
  servings: readonly ServingName[],
  accelerator: Accelerator,
): { readonly parts: readonly ModelPart[]; readonly selected: readonly ModelPart[] } => {
  const parts = partsFor(model, accelerator);
  const modelFiles = servings.flatMap((serving) => {
    const { files, folder } = ownManifestOf(serving, RESNET50).container.models;
    return files.map((file) => `${SERVINGS_FOLDER}/${folder}/${file}`);
  });
  return { parts, selected: selectParts(parts, [ONNX_PART, ...modelFiles]) };
};

/** An image that a machine pulls to prepare servings. */
export interface NeededImage {
  readonly name: string;
  /** The servings that cannot be prepared without it. */
  readonly servings: readonly ServingName[];
}

export interface NeededImagesRequest {
  readonly servings: readonly ServingName[];
  readonly accelerator: Accelerator;
  readonly choice: ImageChoice;
  /** Whether the models are built, with tools that also run in containers. */
  readonly buildsModels: boolean;
}

/** The images that a machine without any pulls to prepare servings: their own, base images, and those with the tools for their models. */
export const neededImages = (request: NeededImagesRequest): readonly NeededImage[] => {
  const { servings, accelerator, choice, buildsModels } = request;
  const needed = new Map<string, ServingName[]>();
  for (const serving of servings) {
    const parts = buildsModels ? modelPartsOf(CLASSIFIER, [serving], accelerator).selected : [];
    const sources = [
      imageSourceOf(serving, accelerator, choice),
      ...parts.map(({ recipe }) =>
        recipe.kind === 'tool' ? toolContainerOf(recipe.tool, request)?.source : undefined,
      ),
    ];
    const names = sources.flatMap((source) => (source === undefined ? [] : pulledNames(source)));
    for (const name of new Set(names)) {
      needed.set(name, [...(needed.get(name) ?? []), serving]);
    }
  }
  return [...needed].map(([name, users]) => ({ name, servings: users }));
};
