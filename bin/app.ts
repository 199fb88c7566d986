import { App } from 'aws-cdk-lib';
import { createStacks } from '../lib/stacks.ts';

const app = new App();
createStacks(app);
app.synth();
