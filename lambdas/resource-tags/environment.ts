import {
  destinations,
  EnvironmentError,
  parseDestination,
  renderDestination,
  requireVariable,
  type DestinationEnvironment,
  type DestinationSettings,
  type Variables,
} from "../runtime/environment";
import { parseList } from "../runtime/lists";
import { matchesAny } from "../runtime/patterns";
import { taggedNamespaces } from "./resource-kinds";

/** Which tags of which resources are shipped, and under which name. */
export interface TagSelection {
  /** Namespaces of the stream: names, and patterns with `*`. */
  readonly namespaces: readonly string[];
  /** Namespaces that are left out, whatever includes them. */
  readonly exclude: readonly string[];
  /** Keys of tags, and patterns with `*`. */
  readonly tagKeys: readonly string[];
  /** The label `p8s_logzio_name`, as the stream's series have it. */
  readonly p8sLogzioName: string;
}

/** What the construct tells the function `resource-tags`. */
export interface ResourceTagsSettings extends DestinationSettings, TagSelection {}

/** What the function reads at its cold start. */
export interface ResourceTagsEnvironment extends DestinationEnvironment, TagSelection {}

/** The chosen namespaces whose resources the table knows, sorted. */
export function chosenNamespaces({
  namespaces,
  exclude,
}: Pick<TagSelection, "namespaces" | "exclude">): string[] {
  return taggedNamespaces.filter((name) => matchesAny(namespaces, name) && !matchesAny(exclude, name));
}

/** The environment variables for the settings. */
export function render(settings: ResourceTagsSettings): Record<string, string> {
  return {
    ...renderDestination(settings),
    NAMESPACES: JSON.stringify(settings.namespaces),
    EXCLUDE: JSON.stringify(settings.exclude),
    TAG_KEYS: JSON.stringify(settings.tagKeys),
    P8S_LOGZIO_NAME: settings.p8sLogzioName,
  };
}

/** Reads what {@link render} wrote. @throws EnvironmentError naming the variable and what to write */
export function parse(variables: Variables): ResourceTagsEnvironment {
  const namespaces = parseList(variables, "NAMESPACES", '["AWS/S3","AWS/Lambda"]');
  if (namespaces.length === 0)
    throw new EnvironmentError('NAMESPACES is empty; write at least one, such as ["AWS/S3"]');
  return {
    ...parseDestination(variables, destinations.metrics),
    namespaces,
    exclude: parseList(variables, "EXCLUDE", '[] or a list such as ["AWS/Logs"]'),
    tagKeys: parseList(variables, "TAG_KEYS", '["*"] or a list such as ["team","cost-*"]'),
    p8sLogzioName: requireVariable(variables, "P8S_LOGZIO_NAME", "the stream's name, such as logzio-metrics"),
  };
}
