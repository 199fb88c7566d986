/** Builds the model with random weights where it is missing, so that no start of a serving pays for it. */
import { ensureModel } from '../../models/resnet50/ensure-model.ts';
import { defaultCache } from '../../models/built-folder.ts';

const { files, sha256 } = await ensureModel(defaultCache());
process.stdout.write(`model ${sha256}: ${Object.values(files).join(', ')}\n`);
