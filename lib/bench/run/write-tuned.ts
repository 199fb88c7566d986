import { rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { servingTitle } from '../../../serving-configs/index.ts';
import { modelFor, type Model } from '../../../serving-configs/models/model.ts';
import { precisionOf, settingsWords } from '../../../serving-configs/settings.ts';
import { tunedCommandOf } from '../plan/command-of-plan.ts';
import type { Summary } from '../analysis/summary.ts';
import { bestFinal } from '../analysis/tuning/summary.ts';
import { formatFigure, withInterval } from '../wording/format-number.ts';
import { machineText } from '../wording/machine-text.ts';
import { runtimeOf, runtimes } from './servings/system-under-test.ts';

/**
 * Writes the recommended configuration of each server into `tuned/SERVING/` of a run folder: the server's own files, `start.sh`, which starts
 * it on its own ports, and a README of three lines. Writes nothing if the run searched for no settings, or its servers have no files of their own.
 */
export const writeTuned = async (
  runFolder: string,
  { plan, tuning, environment: { machine, aws } }: Summary,
  model: Model,
): Promise<void> => {
  // Nodes run the same containers.
  const isOnNode = plan.runtime === 'container';
  const { write } = isOnNode ? runtimes.docker : runtimeOf(plan, { kind: 'model' });
  if (tuning === undefined || write === undefined) return;
  const node = aws?.pairs.at(-1)?.serving;
  for (const server of tuning.servers) {
    const final = bestFinal(server);
    if (final === undefined) continue;
    const { serving: name } = server.best;
    const { settings, requestRatePerSecond } = final;
    const { value, interval } = requestRatePerSecond;
    const lines = [
      `${servingTitle(name)}, ${settingsWords(settings)}: ${withInterval(`${formatFigure(value)} requests/s`, interval)} with a p99 within ${tuning.p99Ms} ms.`,
      `Measured ${plan.createdAt.slice(0, 10)} on ${node === undefined ? machineText(machine) : `${node.instanceType}, ${machineText(node.machine)}`}.`,
      `Model ${plan.model.name}, SHA-256 ${plan.model.sha256}. Measure again: ${tunedCommandOf(runFolder, plan)}`,
      ...(isOnNode && model.kind === 'built'
        ? [
            'start.sh starts it on a serving node, where its image and its model are: copy this folder there.',
          ]
        : []),
    ];
    const precision = precisionOf(settings);
    const folder = resolve(
      runFolder,
      'tuned',
      precision === undefined ? name : `${name}-${precision}`,
    );
    // A resumed run may recommend other settings.
    await rm(folder, { recursive: true, force: true });
    const served = plan.served?.[name];
    // The plan does not name an image that a node has built.
    const image = served?.image ?? aws?.images[name];
    const named = { name, served: served && { ...served, image } };
    await write(named, modelFor(model, settings), settings, folder, lines);
    await writeFile(join(folder, 'README.md'), `${lines.join('\n')}\n`);
  }
};
