/**
 * Nodes that measure or serve use more than this, even if a GPU computes, unless a serving answers only a few requests/s. It
 * is a share of one core, since the load does not grow with the number of cores.
 */
export const IDLE_CORE_PERCENT = 8;

/** Hours below that after which a node is ended. */
export const IDLE_HOURS = 2;
