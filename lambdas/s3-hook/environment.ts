import {
  parseShipping,
  renderShipping,
  type ShippingEnvironment,
  type ShippingSettings,
  type Variables,
} from "../runtime/environment";

/**
 * Receives of a message before it goes to the dead-letter queue: the queue's `maxReceiveCount`. With the waits of
 * redelivery.ts between them the last one is 6 hours and 23 minutes behind the first, or more.
 */
export const maximumReceives = 22;

/** What the construct tells the function `s3-hook`. */
export interface S3HookSettings extends ShippingSettings {
  /** URL of the queue that takes continuations. */
  readonly queueUrl: string;
  /** URL of the dead-letter queue, for continuations that make no progress. */
  readonly deadLetterQueueUrl: string;
}

/** What the function reads at its cold start. */
export interface S3HookEnvironment extends ShippingEnvironment {
  readonly queueUrl: string | undefined;
  readonly deadLetterQueueUrl: string | undefined;
}

/** The environment variables for the settings. */
export function render(settings: S3HookSettings): Record<string, string> {
  return {
    ...renderShipping(settings),
    QUEUE_URL: settings.queueUrl,
    DEAD_LETTER_QUEUE_URL: settings.deadLetterQueueUrl,
  };
}

/** Reads what {@link render} wrote. @throws EnvironmentError naming the variable and what to write */
export function parse(variables: Variables): S3HookEnvironment {
  return {
    ...parseShipping(variables),
    queueUrl: variables["QUEUE_URL"] || undefined,
    deadLetterQueueUrl: variables["DEAD_LETTER_QUEUE_URL"] || undefined,
  };
}
