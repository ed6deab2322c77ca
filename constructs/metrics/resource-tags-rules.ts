import { chosenNamespaces } from "../../lambdas/resource-tags/environment";
import type { LogLevel } from "../../lambdas/runtime/environment";
import { tagLimits } from "../foundation/limits";
import { missingToken } from "../foundation/listener-token";
import {
  areTexts,
  eachText,
  show,
  text,
  within,
  type Problem,
  type Rule,
  type Rules,
} from "../foundation/validation";
import { eitherRegionOrListener, logzioRegion, metricsListener } from "../foundation/listener";
import { namespacePattern } from "./namespace-rules";
import { scheduledFunctionName, scheduledFunctionRules } from "./scheduled-function";
import type { ResourceTagsProps } from "./resource-tags-props";

/** What the tags of resources get where nothing else is asked for. */
export const tagsDefaults = {
  name: "logzio-resource-tags",
  everyMinutes: 4,
  timeoutSeconds: 120,
  tagKeys: ["*"],
  logLevel: "info" satisfies LogLevel,
} as const;

/** Behind five minutes without a sample Prometheus takes a series for ended. Source: its querying basics, "Staleness". */
const longestPauseMinutes = 4;

/**
 * Length that the label is let have; the receiver sets no limit, the stores have 2,048 bytes. Firehose sends it in a
 * header, so it is ASCII.
 */
const nameCharacters = 256;

export const p8sLogzioName: Rule<string> = (name) =>
  name.length <= nameCharacters && /^[\x21-\x7e]+( [\x21-\x7e]+)*$/.test(name)
    ? []
    : [
        `is ${show(name)}; write 1 to ${nameCharacters} letters, digits and signs of ASCII, without spaces around it`,
      ];

const tagKey: Rule<string> = (key) =>
  key !== "" && key.length <= tagLimits.keyCharacters
    ? []
    : [
        `is ${show(key)}; write a key of up to ${tagLimits.keyCharacters} characters, or a pattern such as "cost-*"`,
      ];

export const tagsRules: Rules<ResourceTagsProps> = {
  props: {
    name: text(scheduledFunctionName),
    region: logzioRegion,
    listener: text(metricsListener),
    namespaces: eachText(namespacePattern),
    exclude: eachText(namespacePattern),
    tagKeys: eachText(tagKey),
    p8sLogzioName: text(p8sLogzioName),
    everyMinutes: within(
      { min: 1, max: longestPauseMinutes },
      "minutes; a series without a sample for 5 has ended",
    ),
    timeoutSeconds: within({ min: 30, max: longestPauseMinutes * 60 }, "seconds"),
    ...scheduledFunctionRules,
  },
  known: ["region", "namespaces", "exclude", "tagKeys", "everyMinutes", "alarms"],
  together: [required, eitherRegionOrListener, someNamespaceIsKnown],
};

/** The types say so already; configuration files and JavaScript do not. */
function required(props: Partial<ResourceTagsProps>): Problem[] {
  const problems: Problem[] = [];
  if (props.namespaces === undefined)
    problems.push({
      path: "namespaces",
      text: 'is missing; write the namespaces of the stream, such as ["AWS/S3"]',
    });
  if (props.p8sLogzioName === undefined)
    problems.push({ path: "p8sLogzioName", text: "is missing; write the name that the metric stream sends" });
  if (props.tagKeys?.length === 0)
    problems.push({ path: "tagKeys", text: 'is empty; write the keys of tags, or ["*"] for all' });
  return [...problems, ...missingToken(props.token)];
}

function someNamespaceIsKnown({ namespaces, exclude = [] }: ResourceTagsProps): Problem[] {
  if (!areTexts(namespaces) || !areTexts(exclude) || chosenNamespaces({ namespaces, exclude }).length > 0)
    return [];
  return [
    {
      path: "namespaces",
      text:
        `${show(namespaces)} hold none whose resources have tags that metrics can be joined with; write one of the table ` +
        "in docs/metrics-tags.md, or leave ResourceTags out",
    },
  ];
}
