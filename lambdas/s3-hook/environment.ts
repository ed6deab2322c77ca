import {
  EnvironmentError,
  parseListener,
  parseLogLevel,
  parseSources,
  renderSources,
  requireVariable,
  type LogLevel,
  type SourceSettings,
  type Variables,
} from "../runtime/environment";

/** What the construct tells the function `s3-hook`. The token itself is never part of it. */
export interface S3HookSettings {
  /** Origin of the Logz.io listener, such as `https://listener.logz.io:8071`. */
  readonly listener: string;
  /** ARN of the secret with the bare token, or JSON with `api_key`. */
  readonly tokenSecretArn: string;
  readonly sources: readonly SourceSettings[];
  /** URL of the queue that takes continuations. */
  readonly queueUrl: string;
  /** URL of the dead-letter queue, for continuations that make no progress. */
  readonly deadLetterQueueUrl: string;
  readonly logLevel: LogLevel;
}

/** What the function reads at its cold start. */
export interface S3HookEnvironment {
  readonly listener: URL;
  readonly tokenSecretArn: string | undefined;
  /** The token itself, for runs outside AWS; no construct sets it. */
  readonly token: string | undefined;
  readonly sources: readonly SourceSettings[];
  readonly queueUrl: string | undefined;
  readonly deadLetterQueueUrl: string | undefined;
  readonly logLevel: LogLevel;
}

/** The environment variables for the settings. */
export function render(settings: S3HookSettings): Record<string, string> {
  return {
    LOGZIO_LISTENER: settings.listener,
    LOGZIO_TOKEN_SECRET_ARN: settings.tokenSecretArn,
    SOURCES: renderSources(settings.sources),
    QUEUE_URL: settings.queueUrl,
    DEAD_LETTER_QUEUE_URL: settings.deadLetterQueueUrl,
    LOG_LEVEL: settings.logLevel,
  };
}

/** Reads what {@link render} wrote. @throws EnvironmentError naming the variable and what to write */
export function parse(variables: Variables): S3HookEnvironment {
  const secretArn = variables["LOGZIO_TOKEN_SECRET_ARN"] || undefined;
  const token = variables["LOGZIO_TOKEN"] || undefined;
  if (secretArn === undefined && token === undefined) {
    throw new EnvironmentError(
      "LOGZIO_TOKEN_SECRET_ARN is not set; write the ARN of the secret that holds the log shipping token " +
        "(outside AWS, LOGZIO_TOKEN may hold the token itself)",
    );
  }
  return {
    listener: parseListener(requireVariable(variables, "LOGZIO_LISTENER", "https://listener.logz.io:8071")),
    tokenSecretArn: secretArn,
    token,
    sources: parseSources(requireVariable(variables, "SOURCES", '[{"bucket":"my-logs"}]')),
    queueUrl: variables["QUEUE_URL"] || undefined,
    deadLetterQueueUrl: variables["DEAD_LETTER_QUEUE_URL"] || undefined,
    logLevel: parseLogLevel(variables["LOG_LEVEL"]),
  };
}
