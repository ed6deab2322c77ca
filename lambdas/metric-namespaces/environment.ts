import {
  EnvironmentError,
  parseLogLevel,
  requireVariable,
  type LogLevel,
  type Variables,
} from "../runtime/environment";
import { parseList } from "../runtime/lists";
import { isPattern, matchesAny } from "../runtime/patterns";

/**
 * What a stream includes where there is nothing else to include. A stream without include filters sends every
 * metric of the account, which is paid for by the metric; no service writes into this namespace.
 */
export const placeholderNamespace = "LogzioS3/NoNamespaceYet";

/**
 * Namespaces and metric names in the filters of one stream, together. Source: CloudWatch user guide, "Custom setup
 * with Firehose": up to 1,000 names of metrics or namespaces.
 */
export const filterNames = 1000;

/** Which namespaces a stream is to have. */
export interface NamespaceSelection {
  /** Names, and patterns with `*`. A name is included whether it has metrics or not. */
  readonly include: readonly string[];
  /** Names and patterns that are left out, whatever includes them. */
  readonly exclude: readonly string[];
}

/** What the construct tells the function `metric-namespaces`, which reads the same at its cold start. */
export interface MetricNamespacesSettings extends NamespaceSelection {
  /** Name of the metric stream. */
  readonly stream: string;
  /** The delivery stream and the role that the stream has; one with others is not touched. */
  readonly firehoseArn: string;
  readonly roleArn: string;
  readonly logLevel: LogLevel;
}

/** The included namespaces that are known without asking CloudWatch. */
export function exactNamespaces({ include, exclude }: NamespaceSelection): string[] {
  const names = include.filter((name) => !isPattern(name) && !matchesAny(exclude, name));
  return [...new Set(names)].sort();
}

/** The names that are both asked for and left out. */
export function contradictions({ include, exclude }: NamespaceSelection): string[] {
  return exactNamespaces({ include, exclude: [] }).filter((name) => matchesAny(exclude, name));
}

/** What a stream includes from its creation until the function has run. */
export function startingNamespaces(selection: NamespaceSelection): string[] {
  const names = exactNamespaces(selection);
  return names.length === 0 ? [placeholderNamespace] : names;
}

/** The environment variables for the settings. */
export function render(settings: MetricNamespacesSettings): Record<string, string> {
  return {
    METRIC_STREAM: settings.stream,
    FIREHOSE_ARN: settings.firehoseArn,
    STREAM_ROLE_ARN: settings.roleArn,
    INCLUDE: JSON.stringify(settings.include),
    EXCLUDE: JSON.stringify(settings.exclude),
    LOG_LEVEL: settings.logLevel,
  };
}

/** Reads what {@link render} wrote. @throws EnvironmentError naming the variable and what to write */
export function parse(variables: Variables): MetricNamespacesSettings {
  const include = parseList(variables, "INCLUDE", '["AWS/*","MyApp"]');
  if (include.length === 0)
    throw new EnvironmentError('INCLUDE is empty; write at least one namespace, such as ["AWS/*"]');
  return {
    stream: requireVariable(variables, "METRIC_STREAM", "the name of a CloudWatch metric stream"),
    firehoseArn: requireVariable(
      variables,
      "FIREHOSE_ARN",
      "the ARN of the stream's Firehose delivery stream",
    ),
    roleArn: requireVariable(variables, "STREAM_ROLE_ARN", "the ARN of the stream's role"),
    include,
    exclude: parseList(variables, "EXCLUDE", '[] or a list such as ["AWS/Usage"]'),
    logLevel: parseLogLevel(variables["LOG_LEVEL"]),
  };
}
