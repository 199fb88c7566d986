import { openInference } from './open-inference.ts';

export default openInference;
