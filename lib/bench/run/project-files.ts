import { join } from 'node:path';
import { projectRoot } from '../../../serving-configs/installation.ts';

/** The data set included in the project. */
export const defaultImagesDir = join(projectRoot, 'k6', 'images');

/** The description of the model that is measured by default. */
export const defaultModel = join(
  projectRoot,
  'serving-configs',
  'models',
  'resnet50',
  'model.yaml',
);

/** The JSON Schema of the description of a user's model. */
export const modelSchema = join(projectRoot, 'lib', 'bench', 'schemas', 'model.schema.json');

/** Scripts that are started as processes. */
export const scripts = {
  serving: join(projectRoot, 'serving-configs', 'reference', 'main.ts'),
  direct: join(projectRoot, 'serving-configs', 'reference', 'direct.ts'),
  heads: join(projectRoot, 'serving-configs', 'reference', 'heads.ts'),
  describeModel: join(projectRoot, 'serving-configs', 'reference', 'describe-model.ts'),
  middleware: join(projectRoot, 'middleware', 'server.ts'),
  load: join(projectRoot, 'lib', 'bench', 'load', 'main.ts'),
  loadK6: join(projectRoot, 'lib', 'bench', 'load', 'k6', 'main.ts'),
} as const;
