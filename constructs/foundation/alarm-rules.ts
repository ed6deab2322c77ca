import { Token } from "cdktf";
import { below, isObject, show, within, type Rule } from "./validation";

/** Alarms of a construct; `topicArns` are the SNS topics that are told. `false`: none. */
export type AlarmsProp = false | { readonly topicArns?: readonly string[] };

export const alarmsRule: Rule<AlarmsProp> = (value) => {
  const example = 'write false, or { topicArns: ["arn:aws:sns:…"] }';
  if (value === false) return [];
  if (!isObject(value)) return [`is ${show(value)}; ${example}`];
  const { topicArns = [] } = value;
  if (!Array.isArray(topicArns)) return [`has the topicArns ${show(topicArns)}; ${example}`];
  return (topicArns as readonly string[])
    .filter((arn) => !Token.isUnresolved(arn) && !/^arn:[^:]+:sns:[^:]+:\d{12}:.+/.test(arn))
    .map((arn) => ({ path: "topicArns", text: `has ${show(arn)}; write the ARN of an SNS topic` }));
};

/** {@link alarmsRule} for alarms of which one has a threshold in minutes, 5 to 1,440. */
export function alarmsRuleWith<Key extends string>(
  minutes: Key,
): Rule<AlarmsProp | (Exclude<AlarmsProp, false> & { readonly [key in Key]?: number })> {
  return (value, construct) => {
    const found = alarmsRule(value, construct);
    const given =
      isObject(value) && minutes in value ? (value as Record<Key, number | undefined>)[minutes] : undefined;
    if (given === undefined) return found;
    const problems = within({ min: 5, max: 1_440 }, "minutes")(given, construct);
    return [...found, ...problems.map((problem) => below(minutes, problem))];
  };
}
