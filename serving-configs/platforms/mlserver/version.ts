/** The version that the model's settings name. */
export const VERSION = '1';
