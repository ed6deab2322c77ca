import { Token } from "cdktf";
import { isObject, show, type Rule } from "./validation";

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
