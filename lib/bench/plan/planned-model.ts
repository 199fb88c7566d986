import { basename } from 'node:path';
import type { Engine } from '../model/measurement.ts';
import type { AskedModel, PlannedModel, RunSettings } from '../model/plan.ts';
import { mapOtherFormats, type AnyModel } from '../model-file/described-model.ts';

/** The part of a plan request that a description makes. */
export const askedModel = (model: AnyModel): AskedModel => {
  const { kind, name, title, inputs, outputs, checks } = model;
  const otherFormats = mapOtherFormats(model, ({ sha256 }) => sha256);
  const precisions = Object.entries(model.precisions).map(
    ([precision, { sha256, checks: own }]) => [precision, { sha256, checks: own }] as const,
  );
  return {
    kind,
    name,
    title,
    inputs,
    outputs,
    otherFormats,
    ...(precisions.length > 0 && { precisions: Object.fromEntries(precisions) }),
    checks,
  };
};

/** The model of a plan, with its title, which tells the weights of a model that has none of its own. */
export const plannedModel = (
  asked: AskedModel,
  { file, sha256, weights }: Pick<PlannedModel, 'file' | 'sha256' | 'weights'>,
  title: string | undefined,
  correctFrom: PlannedModel['correctFrom'] = 'the model',
): PlannedModel => {
  const titles: Readonly<Record<PlannedModel['weights'], string>> = {
    trained: title ?? basename(file),
    random: title ?? `${asked.title} with random weights`,
    given: asked.title,
  };
  return { ...asked, title: titles[weights], file, sha256, weights, correctFrom };
};

/** The model of a plan before its file exists. Random weights count as not trained. */
export const expectedModel = (
  asked: AskedModel,
  { modelFiles }: RunSettings,
  engine: Engine,
): PlannedModel => {
  const isTrained = modelFiles !== undefined && modelFiles.trained !== false && engine === 'onnx';
  const weights = { built: isTrained ? 'trained' : 'random', given: 'given' } as const;
  const file = { file: modelFiles?.onnx ?? '', sha256: '', weights: weights[asked.kind] };
  return plannedModel(asked, file, modelFiles?.title);
};
