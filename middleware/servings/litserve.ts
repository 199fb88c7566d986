import { applicationTensors } from './application-tensors.ts';
import { predictRoute } from './predict-route.ts';
import type { ServingCodecs } from './serving.ts';

/** Long enough that no image has it by chance. */
const BOUNDARY = 'serving-compare-8f3b1c66e0d94b7fa2c5d71e94a0b3d6';
/** The field that the application looks at, with a file name: without one the server takes it for text. */
const DISPOSITION = 'Content-Disposition: form-data; name="request"; filename="input"';
const headers = { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` };
const end = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

/** Any body that is no form is parsed as JSON, so the input is the file of a form and its media type the file's. */
export default {
  rest: predictRoute('form', ({ bytes, mediaType }) => ({
    path: '/predict',
    headers,
    body: [
      Buffer.from(`--${BOUNDARY}\r\n${DISPOSITION}\r\nContent-Type: ${mediaType}\r\n\r\n`),
      bytes,
      end,
    ],
  })),
  tensors: applicationTensors(() => '/predict'),
} satisfies ServingCodecs;
