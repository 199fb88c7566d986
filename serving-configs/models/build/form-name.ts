import type { ModelContract } from '../../manifest.ts';
import type { ModelForm } from '../onnx/adapt-onnx.ts';
import type { InputForm } from '../onnx/front.ts';

export interface TensorNames {
  readonly input: string;
  readonly output: string;
}

/** What the tensors of an ONNX file are called where nobody asks for other names. */
export const TENSOR_NAMES: TensorNames = { input: 'input', output: 'output' };

export const formWith = (
  input: InputForm,
  kind: ModelForm['output']['kind'] = 'logits',
  names = TENSOR_NAMES,
): ModelForm => ({
  input: { ...input, name: names.input },
  output: { kind, name: names.output },
});

/** The form that the model of a serving has. */
export const formOf = ({ layout, family, output }: ModelContract, names: TensorNames): ModelForm =>
  formWith({ layout, values: family }, output, names);

/** The values that go with a layout unless somebody says otherwise. */
const USUAL_VALUES = { NCHW: 'torch', NHWC: 'keras' } as const;

/** A name of a form for files: different ones for different forms, short for the usual ones. */
export const formName = ({ input, output }: ModelForm): string => {
  const { layout, values } = input;
  const names = [input.name, output.name];
  return [
    layout.toLowerCase(),
    ...(values === USUAL_VALUES[layout] ? [] : [values]),
    ...(output.kind === 'logits' ? [] : [output.kind]),
    ...(names.join() === [TENSOR_NAMES.input, TENSOR_NAMES.output].join() ? [] : names),
  ]
    .join('-')
    .replaceAll(/[^\w.-]/g, '_');
};
