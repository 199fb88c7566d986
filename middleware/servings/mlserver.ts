import { openInferenceInJson } from './open-inference.ts';

export default openInferenceInJson;
