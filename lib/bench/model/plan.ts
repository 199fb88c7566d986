import type { ServingName } from '../../../serving-configs/index.ts';
import { runningServerSchema } from '../../../serving-configs/running-server.ts';
import { ACCELERATORS } from '../../../serving-configs/manifest.ts';
import { resolvedCheckSchema } from '../../../serving-configs/models/tensors/compare-tensors.ts';
import {
  type OtherFormat,
  tensorSpecSchema,
} from '../../../serving-configs/models/tensors/tensor-spec.ts';
import {
  anyOf,
  array,
  as,
  boolean,
  described,
  literal,
  number,
  object,
  oneOf,
  optional,
  pick,
  dictionary,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { manyPlanSchema } from './many-models.ts';
import { measurementSchema, servingNameSchema, targetSchema } from './measurement.ts';
import { LISTED_SETTINGS, planOptionsSchema } from './plan-options.ts';

export const dataSetImageSchema = object(
  {
    file: string("Name inside the data set's folder."),
    sha256: string(),
  },
  'A file of the data set.',
);
export interface DataSetImage extends Static<typeof dataSetImageSchema> {}

const modelFilesSchema = object(
  {
    onnx: string('Absolute path of the ONNX file.'),
    trained: optional(boolean('Whether its weights are trained. Default: true.')),
    title: optional(string('Its network and weights, for people. Default: the file name.')),
    folder: optional(
      string(
        'Absolute path of the folder with the models of all platforms, for containers on this machine.',
      ),
    ),
  },
  'The files of ResNet-50 that exist. Default: none, and its weights are random.',
);
export interface ModelFiles extends Static<typeof modelFilesSchema> {}

export const runSettingsSchema = object(
  {
    imagesDir: optional(string('Absolute path. Default: the data set of this project.')),
    model: optional(
      string(
        'Absolute path of what `--model` names: a description, or an ONNX file of ResNet-50. Default: the description of ResNet-50.',
      ),
    ),
    modelFiles: optional(modelFilesSchema),
    targets: optional(
      array(
        string(),
        'Running servers from the command line, each as `NAME=URL`, with `USER:PASSWORD` in place of credentials.',
      ),
    ),
    configFile: optional(
      string(
        'Absolute path of the configuration with images and models. Default: the one in the working directory.',
      ),
    ),
    settingsFile: optional(string('Absolute path of the file that `--settings` names.')),
    tunedRun: optional(string('Absolute path of the run folder that `--tuned` names.')),
    modelsFolder: optional(
      string('Absolute path of the folder with the models of the profile `many`.'),
    ),
    caFile: optional(
      string(
        'Absolute path of a PEM file with authorities that certificates of running servers may be from.',
      ),
    ),
    processes: optional(number('Processes of the middleware. Default: its own.')),
    usdPerHour: optional(number('Price of the machine, given by the user.')),
    maxSeconds: optional(
      number(
        'The run starts no repeat that would end later than this. Default: it ends with the plan.',
      ),
    ),
    withBaseline: optional(
      boolean('Whether the run is compared with another, or saved for that. Default: no.'),
    ),
  },
  'Files and other settings of a run that are not part of the hash.',
);
export interface RunSettings extends Static<typeof runSettingsSchema> {}

/**
 * What can serve on one machine:
 * - `simulated`: the simulated server of this project;
 * - `venv`: the real servers, from the packages that `npx serving-compare setup` installs;
 * - `docker`: their containers.
 */
export const LOCAL_RUNTIMES = ['simulated', 'venv', 'docker'] as const;
export type LocalRuntime = (typeof LOCAL_RUNTIMES)[number];

export const planHostSchema = object(
  {
    where: oneOf(['local', 'aws'], '`aws`: on node pairs.'),
    runtime: oneOf(
      [...LOCAL_RUNTIMES, 'container', 'running'],
      '`container`: the real servers on node pairs, which can otherwise only be `simulated`; `running`: only servers that already run. No-op limits always use the simulated server.',
    ),
  },
  'Where a plan runs, and what serves there. Part of the hash.',
);
export interface PlanHost extends Static<typeof planHostSchema> {}

/** Where a plan runs by default. */
export const HERE: PlanHost = { where: 'local', runtime: 'simulated' };

export const servedBySchema = object(
  {
    platform: string('The software with its version.'),
    engine: string('The inference engine, in words.'),
    real: boolean('False for a stand-in.'),
    note: optional(string('A remark for the reader, usually why it is a stand-in.')),
    standIn: optional(
      oneOf(
        ['image', 'base image'],
        'Which image of the container is a stand-in. The server may still be real.',
      ),
    ),
    image: optional(
      string(
        'Image of the container: a reference with its digest, or the id of an image that was built here.',
      ),
    ),
    imageMiB: optional(number()),
    running: optional(
      string('Address and protocol of a server that was already running, for people.'),
    ),
    accelerator: optional(oneOf(ACCELERATORS, 'Of the container.')),
  },
  'What answers for a serving, unless it is the simulated server.',
);
export interface ServedBy extends Static<typeof servedBySchema> {}

export const leftOutSchema = object(
  {
    serving: servingNameSchema,
    reason: string(),
  },
  'A requested serving that cannot take part.',
);
export interface LeftOut extends Static<typeof leftOutSchema> {}

export const settingLeftOutSchema = object(
  {
    serving: servingNameSchema,
    setting: oneOf(LISTED_SETTINGS),
    values: array(anyOf([number(), string()])),
    reason: string(),
  },
  'Values of a setting that a serving cannot have.',
);
export interface SettingLeftOut extends Static<typeof settingLeftOutSchema> {}

export const askedModelSchema = object(
  {
    name: string(),
    title: string('Its name for people.'),
    kind: oneOf(
      ['built', 'given'],
      '`built`: this project makes files of the model for every platform, and requests are images, of which the middleware or the serving makes its input. `given`: all platforms have the same files, and requests are the inputs, by name.',
    ),
    inputs: array(tensorSpecSchema),
    outputs: array(tensorSpecSchema),
    otherFormats: as<Readonly<Partial<Record<OtherFormat, string>>>>(
      dictionary(string(), 'Its other formats that the user gives, with the SHA-256 of each.'),
    ),
    precisions: optional(
      dictionary(
        object({
          sha256: string('Of the ONNX file and the files with its weights.'),
          checks: dictionary(resolvedCheckSchema, 'How each output is compared with its own.'),
        }),
        'Its other precisions, by their names in the description.',
      ),
    ),
    checks: dictionary(
      anyOf([
        resolvedCheckSchema,
        object(
          { check: literal('classes') },
          'The best class is the same, and the probabilities of the best classes are close.',
        ),
      ]),
      'How each output is compared with the correct one.',
    ),
  },
  'A model as its description tells it.',
);
export interface AskedModel extends Static<typeof askedModelSchema> {}

export const precisionAccuracySchema = object(
  {
    rows: number('Rows of the outputs that have several columns, over all inputs.'),
    sameTop1: number('Of these, rows whose largest value is at the same position.'),
    largestDifference: number(
      'Of any value, as a share of the largest absolute value of its output.',
    ),
  },
  'How the answers of one precision of a model differ from the correct answers of the model, both computed by ONNX Runtime.',
);
export interface PrecisionAccuracy extends Static<typeof precisionAccuracySchema> {}

export const plannedModelSchema = object(
  {
    ...askedModelSchema.properties,
    file: string(),
    sha256: string(),
    weights: oneOf(
      ['trained', 'random', 'given'],
      '`given`: the user says nothing of them, and they count as trained.',
    ),
    correctFrom: oneOf(
      ['the model', 'validation_data'],
      'Whether ONNX Runtime computes the correct answers, or they came with the inputs.',
    ),
    accuracy: optional(
      dictionary(
        precisionAccuracySchema,
        'How the answers of each measured precision differ from the correct ones, by the name of the precision.',
      ),
    ),
  },
  'The model that all targets of a plan serve.',
);
export interface PlannedModel extends Static<typeof plannedModelSchema> {}

export const sloSearchSchema = object(
  {
    ...pick(measurementSchema, 'target', 'engine', 'repeat', 'warmupSeconds', 'timeoutMs'),
    id: string('Prefix of the ids of its trials.'),
    p99Ms: number('The p99 limit, which counts from the planned send time.'),
    durationSeconds: number('The shortest measuring window of a trial.'),
  },
  'Searches the highest rate of a target at which p99 stays within a limit, once a repeat. Each trial depends on the trials before, see `analysis/slo/search.ts`.',
);
export interface SloSearch extends Static<typeof sloSearchSchema> {}

export const tuningSchema = object(
  {
    p99Ms: number('The p99 limit, which counts from the planned send time.'),
    ladders: array(
      number(),
      'How many settings of a server remain after each round of ladders: virtual users are doubled until the limit is missed, and the settings with the highest rates remain.',
    ),
    finalists: number(
      'How many settings of a server are measured again in the finals, besides its defaults: those with the highest rates of random arrivals within the limit.',
    ),
  },
  'The search for the best settings of each server, see `analysis/tuning/progress.ts`. Only the finals are results.',
);
export interface Tuning extends Static<typeof tuningSchema> {}

/** The format of run folders. Folders of another format are refused. */
export const RUN_FORMAT = 7;

export const planSchema = object(
  {
    ...planHostSchema.properties,
    format: literal(RUN_FORMAT),
    profile: string(),
    seed: number('Decides the order of measurements and images, so that a run can be repeated.'),
    createdAt: string(),
    options: described(planOptionsSchema, 'The options behind the measurements.'),
    settings: runSettingsSchema,
    served: optional(
      as<Readonly<Partial<Record<ServingName, ServedBy>>>>(
        dictionary(
          servedBySchema,
          'What answers for each serving; absent with the simulated server, and on node pairs. Part of the hash.',
        ),
      ),
    ),
    servers: optional(
      array(
        runningServerSchema,
        'Servers that were already running, without their headers; absent if there are none. Part of the hash.',
      ),
    ),
    leftOut: optional(array(leftOutSchema, 'Absent if all requested servings take part.')),
    settingsLeftOut: optional(
      array(settingLeftOutSchema, 'Absent if every serving has all requested settings.'),
    ),
    targets: array(targetSchema),
    images: array(dataSetImageSchema),
    model: plannedModelSchema,
    measurements: array(measurementSchema, 'In the order in which they run.'),
    searches: optional(
      array(sloSearchSchema, 'Searches run after the measurements. Absent if there are none.'),
    ),
    tuning: optional(
      described(tuningSchema, 'Runs after the measurements. Absent unless settings are searched.'),
    ),
    many: optional(manyPlanSchema),
    hash: string(
      'SHA-256 over everything that makes runs comparable, without paths and times. `--resume` refuses a plan with another hash.',
    ),
  },
  'The content of `plan.json`: everything that is decided before the first measurement.',
);
export interface Plan extends Static<typeof planSchema> {}
