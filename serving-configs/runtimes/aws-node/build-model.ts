/** Builds the model with random weights if it is missing, so that the build does not delay the start of a serving. */
import { ensureModel } from '../../models/resnet50/ensure-model.ts';
import { defaultCache } from '../../installation.ts';

const { file, sha256 } = await ensureModel(defaultCache());
process.stdout.write(`model ${sha256}: ${file}\n`);
