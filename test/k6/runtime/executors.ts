import { iterate, testRunMs, type VirtualUser } from './run-state.ts';

/** The executors that our scripts use, with those of their options that they set. */
export type Scenario = {
  readonly exec: string;
  readonly vus: number;
  readonly gracefulStop: string;
} & (
  | { readonly executor: 'constant-vus'; readonly duration: string }
  | {
      readonly executor: 'per-vu-iterations';
      readonly iterations: number;
      readonly maxDuration: string;
    }
);

/** Each virtual user has the functions of its own instance of the script. */
export interface Instance {
  readonly user: VirtualUser;
  readonly functions: Readonly<Record<string, () => Promise<void>>>;
}

const millisecondsOf = (duration: string): number => {
  const seconds = /^([\d.]+)s$/.exec(duration)?.[1];
  if (seconds === undefined) throw new Error(`"${duration}" is no duration in seconds`);
  return Number(seconds) * 1000;
};

/** Runs a scenario to its end; what takes longer than its time and its graceful stop is dropped. */
export const runScenario = async (
  scenario: Scenario,
  instances: readonly Instance[],
): Promise<void> => {
  const limitMs = millisecondsOf(
    scenario.executor === 'constant-vus' ? scenario.duration : scenario.maxDuration,
  );
  const once = async ({ user, functions }: Instance): Promise<void> => {
    const iteration = functions[scenario.exec];
    if (iteration === undefined) throw new Error(`the script exports no ${scenario.exec}`);
    await iterate(user, iteration);
  };
  const run = async (instance: Instance): Promise<void> => {
    if (scenario.executor === 'constant-vus') {
      while (testRunMs() < limitMs) await once(instance);
    } else {
      for (let done = 0; done < scenario.iterations; done += 1) await once(instance);
    }
  };
  const stopped = new Promise<void>((resolve) => {
    setTimeout(resolve, limitMs + millisecondsOf(scenario.gracefulStop)).unref();
  });
  await Promise.race([Promise.all(instances.map(run)), stopped]);
};
