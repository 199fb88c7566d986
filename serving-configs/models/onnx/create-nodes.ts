import type { OnnxNode } from './messages.ts';

/** Collects the nodes of a graph. */
export const createNodes = () => {
  const nodes: OnnxNode[] = [];
  /** Adds a node, and returns the name of its output. */
  const apply = (
    op: string,
    output: string,
    inputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
  ): string => {
    nodes.push({ op, inputs, output, attributes });
    return output;
  };
  /** Adds the last layers of a classifier, which compute `logits` from the mean of each channel. */
  const classify = (channels: string, weight: string, bias: string): void => {
    const average = apply('GlobalAveragePool', 'average', [channels]);
    const features = apply('Flatten', 'features', [average], { axis: 1 });
    apply('Gemm', 'logits', [features, weight, bias], { transB: 1 });
  };
  return { nodes, apply, classify };
};
