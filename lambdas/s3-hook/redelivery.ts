import { ObjectDamaged, ObjectRefused } from "../reading/errors";
import { BulkRefused } from "../shipping/errors";
import { maximumReceives } from "./environment";
import { MessageUnreadable } from "./errors";

/*
 * The arithmetic, in minutes: the waits are 1, 2, 4, 8, 16, and 30 from the sixth on. Between 22 receives there are 21
 * waits, 511 minutes at most and, each shortened by a quarter, 383 minutes at least: the last receive is 6 h 23 min to
 * 8 h 31 min behind the first. SQS hides a message for 12 hours at most, counted from its receipt (SQS developer guide,
 * "Amazon SQS visibility timeout"): half an hour behind a run of 15 minutes is well within.
 */

/** The wait behind the first receive, in seconds; it doubles from there. */
const firstWaitSeconds = 60;
/** The longest wait, in seconds: logs are late by no more than this once a listener is back. */
const longestWaitSeconds = 1800;
/** What jitter may take off a wait, so that what failed together does not come back together. */
const jitterShare = 0.25;

/** How long a failed message is hidden behind its receive number `receives` (from 1), in whole seconds. */
export function waitSeconds(receives: number, random: () => number = Math.random): number {
  const step = Math.min(longestWaitSeconds, firstWaitSeconds * 2 ** (receives - 1));
  return Math.round(step * (1 - jitterShare * random()));
}

/** What someone must change first is tried for 23 to 31 minutes: a deployment may be under way that changes it. */
const receivesForChange = 6;

/** Receives that a failure is worth before its message goes to the dead-letter queue. */
export function receivesFor(error: Error): number {
  // The bytes of an object in one version, and those of a message, never change.
  if (error instanceof ObjectDamaged || error instanceof MessageUnreadable) return 1;
  if (error instanceof ObjectRefused || error instanceof BulkRefused) return receivesForChange;
  return maximumReceives;
}
