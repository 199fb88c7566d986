/**
 * How long a virtual user waits after its connection was refused or broke, in the script of k6 too. Without it a server
 * that is down would be asked as often as the processor allows. The wait is no part of any latency; the failure counts as
 * one.
 */
export const BACK_OFF_MS = 50;
