import { commandNodes, outcomeText } from '../aws/command-nodes.ts';
import { writeDeadlines } from '../aws/deadlines.ts';
import { pricePerHourOf } from '../aws/deployment.ts';
import { usdText } from '../aws/status-text.ts';
import { awsOptionSpecs, withDeployment } from './aws-context.ts';
import { jsonText, type Command } from './command.ts';
import { demandWords, parseCommandLine, usageError } from './usage.ts';

/** As `extend-deadline.sh` has it. */
const MOST_HOURS = 72;

const LEAST_HOURS = 0.1;

const hoursOf = (word: string): number => {
  const hours = /^\d+(\.\d+)?$/.test(word) ? Number(word) : Number.NaN;
  if (hours >= LEAST_HOURS && hours <= MOST_HOURS) return hours;
  throw usageError(
    `"${word}" is no number of hours`,
    `give a number from ${LEAST_HOURS} to ${MOST_HOURS}`,
  );
};

/** Moves the moment at which the nodes of a deployment end themselves. */
export const extendCommand: Command = (context) => {
  const { console, signal } = context;
  const { values, positionals } = parseCommandLine(context.args, awsOptionSpecs, 'extend');
  demandWords(positionals, 1, 'extend');
  const [word] = positionals;
  if (word === undefined)
    throw usageError('"serving-compare extend" needs hours', 'npx serving-compare extend 4');
  const hours = hoursOf(word);
  return withDeployment(values.config, context, async ({ aws, deployment }) => {
    const seconds = Math.round(Date.now() / 1000 + hours * 3600);
    const parameters = { DeadlineSeconds: String(seconds) };
    const outcomes = await commandNodes(aws, deployment, 'ExtendDeadline', parameters, {}, signal);
    const failed = outcomes.filter(({ problem }) => problem !== undefined);
    const moved = outcomes.filter(({ problem }) => problem === undefined);
    await writeDeadlines(
      aws,
      deployment,
      moved.map(({ instanceId }) => instanceId),
      seconds,
    );
    for (const outcome of failed) console.err(`not extended: ${outcomeText(outcome)}\n`);
    const deadline = new Date(seconds * 1000).toISOString();
    const usdPerHour = pricePerHourOf(deployment.pairs);
    const usd = usdPerHour === undefined ? undefined : usdPerHour * hours;
    console.out(
      values.json === true
        ? jsonText({ deadline, usdUntilThen: usd, extended: moved, failed })
        : `${moved.length} of ${outcomes.length} nodes end themselves at ${deadline}; until then they cost ${usdText(usd)}, ${usdText(usdPerHour)} an hour\n`,
    );
    return failed.length === 0 ? 0 : 1;
  });
};
