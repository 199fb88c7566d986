import { setTimeout as setNodeTimeout } from 'node:timers';

export const setTimeout = (callback: () => void, ms: number): unknown =>
  setNodeTimeout(callback, ms);
