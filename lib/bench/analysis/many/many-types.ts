import { PROTOCOLS } from '../../../../serving-configs/manifest.ts';
import {
  array,
  boolean,
  described,
  number,
  object,
  oneOf,
  optional,
  string,
  type Static,
} from '../../../../serving-configs/schema.ts';
import { LOADING, readingSchema, STOPS } from '../../model/many-models.ts';
import { targetSchema } from '../../model/measurement.ts';
import { estimateSchema } from '../../stats/interval.ts';

/** How a server answers a request for a model that is not there. `answers`: with status 200. */
const refusalSchema = object({
  kind: oneOf(['clear', 'vague', 'hangs', 'answers']),
  status: string(),
  ms: number(),
});
export interface Refusal extends Static<typeof refusalSchema> {}

export const manyServerSchema = object(
  {
    target: targetSchema,
    over: optional(
      oneOf(PROTOCOLS, 'The protocol over which models were loaded, if there are several.'),
    ),
    how: oneOf(LOADING),
    note: optional(string()),
    held: number('The largest number of models that it held.'),
    stopped: optional(object({ models: number(), why: oneOf(STOPS), text: string() })),
    mixedUp: array(
      object({ asked: string(), answeredBy: string() }),
      'Answers that another model gave.',
    ),
    wrong: number('Other wrong answers.'),
    answers: number('Answers that were compared outside of the windows.'),
    listsOthers: optional(
      object(
        { listed: number(), models: number() },
        'Present if its list is not the models that it has.',
      ),
    ),
    memory: object({
      baseMiB: number('With one model.'),
      perModelMiB: optional(
        described(
          estimateSchema,
          'The slope over the number of models; absent for fewer than three numbers.',
        ),
      ),
      fits: optional(
        number('How many models fit into 4 GiB by that: ten times as many as it held, at most.'),
      ),
      perServerMiB: optional(number('Of a server that holds one model alone.')),
      processesPerModel: number(),
      threadsPerModel: number(),
      points: array(readingSchema),
      afterUnload: optional(
        oneOf(
          ['returned', 'kept-and-reused', 'grows'],
          '`returned`: less than 20 % of what the models added was left; `kept-and-reused`: more, but models that came and went again added less than 20 % of their memory; absent for models that are too small to tell.',
        ),
      ),
      isSameProcess: boolean('Otherwise memory cannot be compared.'),
    }),
    load: object({
      medianMs: optional(number('Until the first correct answer.')),
      worstMs: optional(number()),
      tooEarly: number('Models that were reported as loaded before they answered.'),
      failed: number(),
    }),
    neighbour: object({
      ratePerSecond: number(),
      longestMs: number('The longest time without an answer while a model was loaded.'),
      failed: number('Failed requests meanwhile.'),
      controlMs: number('The longest time without an answer while nothing was loaded.'),
      p99Ms: optional(number()),
      controlP99Ms: optional(number()),
      slow: optional(
        object(
          { loadMs: number(), silenceMs: number(), burnMs: number() },
          'While the slow model was loaded; `burnMs`: while another process took as much CPU time.',
        ),
      ),
      loading: oneOf(
        ['waits', 'goes-on', 'unclear', 'restart'],
        '`waits`: it was silent for at least half of the time of a slow load, beyond what the machine alone does; `goes-on`: for at most a tenth.',
      ),
    }),
    spread: array(
      object({
        models: number(),
        uniform: optional(number('Rate over all models ÷ rate of one.')),
        zipf: optional(number()),
        withheld: optional(
          oneOf(
            ['unsteady', 'generator'],
            'The two rates of one model differ by more than 10 %, or the load generator was too busy.',
          ),
        ),
      }),
    ),
    errors: object({
      unknown: optional(refusalSchema),
      unloaded: optional(refusalSchema),
      broken: optional(
        object({
          kind: oneOf(
            ['refused', 'accepted', 'hangs', 'died', 'not-started'],
            'What the call that loads a truncated file came to.',
          ),
          othersRight: boolean('Whether all other models answered correctly afterwards.'),
          laterLoads: boolean('Whether the next model could be loaded.'),
          repaired: boolean('Whether a good file could be loaded under the same name.'),
        }),
      ),
    }),
    leftOver: number('Processes that were alive after it was stopped.'),
  },
  'How a server holds many models.',
);
export interface ManyServer extends Static<typeof manyServerSchema> {}

export const manySummarySchema = object({
  planned: number('The largest number of models.'),
  servers: array(manyServerSchema, 'The least memory for a further model first.'),
  failed: array(
    object({ target: targetSchema, over: optional(oneOf(PROTOCOLS)), message: string() }),
  ),
  missing: number('Servers that were not measured.'),
});
export interface ManySummary extends Static<typeof manySummarySchema> {}
