/** The model's signatures by name, with the name of their one input. */
export const INPUT_BY_SIGNATURE: Readonly<Record<string, string>> = {
  serving_default: 'image',
  serving_raw: 'raw',
  serving_jpeg: 'jpeg',
};

/** What `serving_raw` reshapes its bytes to. */
export const RAW_SHAPE = [1, 224, 224, 3] as const;
export const RAW_LENGTH = 224 * 224 * 3;
