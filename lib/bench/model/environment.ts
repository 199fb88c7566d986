import {
  anyOf,
  array,
  boolean,
  described,
  nothing,
  number,
  object,
  oneOf,
  optional,
  dictionary,
  string,
  type Static,
} from '../../../serving-configs/schema.ts';
import { machineFactsSchema, nodeFactsSchema } from '../../aws/contract/machine-facts.ts';

export const awsPairSchema = object(
  {
    pair: number('From 1.'),
    since: string(
      'ISO 8601. The entry holds for measurements that started after it, until the next entry of the same pair.',
    ),
    availabilityZone: string(),
    pricePerHourUsd: optional(number('Absent if there is no list price for these nodes.')),
    priceDate: optional(string('When and where the prices were read; absent without a price.')),
    priceSource: optional(string()),
    serving: nodeFactsSchema,
    middleware: nodeFactsSchema,
  },
  'The two nodes of a pair. A pair has several entries if its nodes were replaced.',
);
export interface AwsPair extends Static<typeof awsPairSchema> {}

export const awsEnvironmentSchema = object(
  {
    deployment: string(),
    region: string(),
    images: dictionary(
      string(),
      'Image by serving: a reference with its digest, or the id of an image that the node built. Empty with the simulated runtime.',
    ),
    accelerator: optional(
      oneOf(['cpu', 'gpu'], 'Of the containers; absent with the simulated runtime.'),
    ),
    weights: optional(
      string('Source of the models in the containers; absent with the simulated runtime.'),
    ),
    pairs: array(awsPairSchema),
  },
  'The node pairs of a run on AWS.',
);

export const otherRunSchema = object(
  {
    folder: string(),
    pid: number(),
  },
  'A run of another process on the same machine.',
);
export interface OtherRun extends Static<typeof otherRunSchema> {}

export const machineLoadSchema = object(
  {
    loadAverage: number(
      'Threads that ran or were ready to run, on Linux also those that waited for a disk, on average over about the last minute; 0 if the system does not count them.',
    ),
    othersCpuShare: optional(
      number(
        'Share of the time of all cores that programs outside of this run used for about a second; absent if the system does not report it.',
      ),
    ),
    otherRuns: array(otherRunSchema),
  },
  'What else the machine of the runner had to do.',
);
export interface MachineLoad extends Static<typeof machineLoadSchema> {}

export const environmentSchema = object(
  {
    where: oneOf(['local', 'aws']),
    machine: described(
      machineFactsSchema,
      "The machine of the runner and the middleware; with several pairs, the first pair's.",
    ),
    machineLoad: optional(
      described(machineLoadSchema, 'Before the first request of the first start of the run.'),
    ),
    versions: dictionary(
      string(),
      'Of Node, this project, and the npm packages that take part in the measurement.',
    ),
    commit: anyOf(
      [
        object({
          hash: string(),
          dirty: boolean(),
        }),
        nothing,
      ],
      'Commit of the project, `dirty` if the working tree differs from it; null outside a git checkout.',
    ),
    processes: object({
      middleware: number(),
      serving: number(),
      load: number(),
    }),
    seed: number(),
    aws: optional(described(awsEnvironmentSchema, 'Present for node pairs.')),
  },
  'The content of `environment.json`: where and with what a run was made.',
);
export interface Environment extends Static<typeof environmentSchema> {}
